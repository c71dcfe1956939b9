import Database from "better-sqlite3";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newCatalogue, temporaryDirectory } from "../test/fixture.ts";
import { type Catalogue, type LocalInput, openCatalogue } from "./index.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/** A package whose fields may be asked for, with its dependencies. */
function installed(fullName: string, stamp?: string, ...depends: string[]): LocalInput {
  const fields = new Map([
    ["PKGNAME", [fullName]],
    ["DEPENDS", depends],
  ]);
  return { fields, keep: true, stamp };
}

/** A package that must not be asked. */
function unasked(stamp: string, keep = true): LocalInput {
  return {
    stamp,
    keep,
    get fields(): never {
      throw new Error(`what has the stamp ${stamp} was read again`);
    },
  };
}

const names = (catalogue: Catalogue) => catalogue.localPackages().map(({ fullName }) => fullName);

test("what has the stamp of last time stays and is not read again, but for what may change all the same", () => {
  const catalogue = newCatalogue();
  catalogue.replaceLocal(
    [installed("app-1", "A", "lib>=1"), installed("lib-1", "L"), installed("old-1", "O", "lib>=1")],
    undefined,
  );
  expect(catalogue.dependentsOf("lib-1")).toEqual(["app-1", "old-1"]);
  const [app] = catalogue.localNamed("app");
  catalogue.replaceLocal([unasked("A", false), installed("lib-2", "M"), installed("new-1", "N")], undefined);
  expect(names(catalogue)).toEqual(["app-1", "lib-2", "new-1"]);
  expect(catalogue.localFull("app-1")).toEqual({ ...app, keep: false });
  expect(catalogue.dependentsOf("lib-1")).toEqual([]);
  expect(catalogue.dependentsOf("lib-2")).toEqual(["app-1"]);
  expect(catalogue.connection.prepare("SELECT count(*) FROM local_detail").raw().get()).toEqual([3]);
  expect(catalogue.connection.prepare("SELECT * FROM local_required_by").raw().all()).toEqual([
    ["lib-2", "app-1"],
  ]);
});

test("a dependency that is met no more is told of each time, and forgotten when it is met again", () => {
  const catalogue = newCatalogue();
  const [app, lib] = [installed("app-1", "A", "lib>=1"), installed("lib-1", "L")];
  expect(catalogue.replaceLocal([app, lib], undefined)).toEqual([]);
  const unresolved = [{ fullName: "app-1", pattern: "lib>=1" }];
  expect(catalogue.replaceLocal([unasked("A")], undefined)).toEqual(unresolved);
  expect(catalogue.replaceLocal([unasked("A")], undefined)).toEqual(unresolved);
  expect(catalogue.dependenciesOf("app-1")).toEqual([]);
  expect(catalogue.replaceLocal([unasked("A"), lib], undefined)).toEqual([]);
  expect(catalogue.dependenciesOf("app-1")).toEqual(["lib-1"]);
});

test("another stamp, none, or the wish to have all anew has a package read again", () => {
  const catalogue = newCatalogue();
  catalogue.replaceLocal([installed("app-1", "A", "lib>=1"), installed("lib-1")], undefined);
  for (const [again, options] of [
    [[installed("app-1", "B", "lib>=2"), installed("lib-2")], {}],
    [[installed("app-1", "B", "lib>=3"), installed("lib-3")], { anew: true }],
  ] as const) {
    expect(catalogue.replaceLocal(again, undefined, options)).toEqual([]);
    expect(catalogue.dependenciesOf("app-1")).toEqual([names(catalogue)[1]]);
  }
  expect(names(catalogue)).toEqual(["app-1", "lib-3"]);
});

test("a catalogue from before there were stamps gets them, and keeps its packages", () => {
  const path = join(temporaryDirectory(), "pkgin.db");
  const old = new Database(path);
  old.exec(MIGRATIONS[0] ?? "");
  old.exec("INSERT INTO local_package (id, name, version, raw, keep) VALUES (1, 'app', '1', 0, 1)");
  old.pragma(`application_id = ${APPLICATION_ID}`);
  old.pragma("user_version = 1");
  old.close();
  const catalogue = openCatalogue(path);
  expect(catalogue.isNew).toBe(false);
  expect(names(catalogue)).toEqual(["app-1"]);
  catalogue.replaceLocal([installed("app-1", "A")], undefined);
  catalogue.replaceLocal([unasked("A")], undefined);
  expect(names(catalogue)).toEqual(["app-1"]);
  catalogue.close();
});
