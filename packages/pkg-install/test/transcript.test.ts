import { execFileSync } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realData } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ConflictError,
  install,
  type InstallOptions,
  installedPackage,
  ownerOf,
  pkgdbModified,
  readByFile,
  remove,
  replace,
  RequiredError,
} from "../src/index.ts";
import { treeOf } from "./tree.ts";

const samples = realData("samples") ?? "";
let root: string;
let options: InstallOptions;
let said: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "transcript-"));
  said = "";
  options = {
    pkgdb: join(root, "pkgdb"),
    destdir: root,
    force: true,
    output: (chunk) => void (said += Buffer.from(chunk).toString()),
  };
});

afterEach(() => rmSync(root, { recursive: true }));

describe.skipIf(samples === "")(
  "the road of the original tools (skipped without the real-size test data)",
  () => {
    test("ends with the same PKG_DBDIR and the same prefix", async () => {
      await walk();
      expect(treeOf(join(root, "pkgdb"), ["pkgdb.byfile.db"])).toEqual(
        treeOf(unpack("pkgdb-after-install.tar.gz"), ["pkgdb.byfile.db"]),
      );
      expect(treeOf(join(root, "opt/example"))).toEqual(
        treeOf(join(unpack("prefix-after-install.tar.gz"), "example")),
      );
      const byFile = (pkgdb: string): unknown[] => [...readByFile(join(pkgdb, "pkgdb.byfile.db"))];
      expect(byFile(join(root, "pkgdb"))).toEqual(byFile(join(root, "pkgdb-after-install.tar.gz")));
      expect(ownerOf(join(root, "pkgdb"), "/opt/example/bin/hello")).toBe("hello-2.12nb1");
      expect(installedPackage(join(root, "pkgdb"), "hello-2.12nb1").files).toEqual([
        "/opt/example/bin/hello",
        "/opt/example/bin/hi",
        "/opt/example/man/man1/hello.1",
        "/opt/example/share/hello/greeting.txt",
      ]);
    });

    test("calls the scripts in the same order", async () => {
      const first = await install(sample("hello-2.12nb1"), options);
      expect(first.display).toBe("Welcome to hello.\n");
      expect(said).toBe("INSTALL hello-2.12nb1 PRE-INSTALL\nINSTALL hello-2.12nb1 POST-INSTALL\n");
      said = "";
      await replace("hello-2.12nb1", sample("hello-2.12nb1"), options);
      expect(said.split("\n")).toEqual([
        "DEINSTALL hello-2.12nb1 DEINSTALL",
        "DEINSTALL hello-2.12nb1 POST-DEINSTALL",
        "INSTALL hello-2.12nb1 PRE-INSTALL",
        "INSTALL hello-2.12nb1 POST-INSTALL",
        "",
      ]);
    });

    test("stops where they stop, with their words, and leaves everything as it was", async () => {
      await walk();
      const before = treeOf(root);
      const time = pkgdbModified(join(root, "pkgdb"));
      const conflict = install(sample("gnuhello-1.0"), options);
      await expect(conflict).rejects.toThrow(ConflictError);
      await expect(conflict).rejects.toThrow(
        "Installed package `hello-2.12nb1' conflicts with `gnuhello-[0-9]*' when trying to install `gnuhello-1.0'",
      );
      const needed = remove("libgreet-1.4nb2", { pkgdb: join(root, "pkgdb"), destdir: root });
      await expect(needed).rejects.toThrow(RequiredError);
      await expect(needed).rejects.toThrow(
        "Package `libgreet-1.4nb2' is still required by other packages:\n\thello-2.12nb1",
      );
      expect(treeOf(root)).toEqual(before);
      expect(pkgdbModified(join(root, "pkgdb"))).toEqual(time);
    });

    test("leads back: when all is removed, the prefix is empty", async () => {
      await walk();
      for (const name of ["tool-1.0", "hello-2.12nb1", "libgreet-1.4nb2"]) {
        await remove(name, { pkgdb: join(root, "pkgdb"), destdir: root });
      }
      expect(Object.keys(treeOf(join(root, "opt/example")))).toEqual([""]);
      expect([...readByFile(join(root, "pkgdb/pkgdb.byfile.db"))]).toEqual([]);
    });
  },
);

async function walk(): Promise<void> {
  await install(sample("hello-2.12nb1"), options);
  await install(sample("libgreet-1.4nb2"), { ...options, automatic: true });
  await replace("hello-2.12nb1", sample("hello-2.12nb1"), options);
  await install(sample("tool-0.9"), options);
  await replace("tool-0.9", sample("tool-1.0"), options);
}

function sample(name: string): AsyncIterable<Uint8Array> {
  return createReadStream(join(samples, "packages", `${name}.tgz`));
}

function unpack(name: string): string {
  const directory = join(root, name);
  mkdirSync(directory);
  execFileSync("tar", ["xzf", join(samples, name), "-C", directory]);
  return directory;
}
