import { records } from "bz2-record-stream";
import { importSummary, openCatalogue } from "summary-to-sqlite";
import { onTestFinished } from "vitest";
import { readPreferences } from "../src/config/preferred.ts";
import { Resolver } from "../src/plan/resolver.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "./run-pkgin.ts";

/** A package of a catalogue: its full name, and whatever matters about it. */
export interface Described {
  readonly depends?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly supersedes?: readonly string[];
  readonly path?: string;
  readonly built?: string;
  /** Installed for the sake of others. */
  readonly automatic?: true;
  /** Of the file; a package without it cannot be installed. Default: 1. */
  readonly size?: number;
}

/** Packages by their full names. */
export type Packages = Readonly<Record<string, Described>>;

/** What a catalogue is made of. */
export interface World {
  readonly installed?: Packages;
  /** Of the repositories, the first first. */
  readonly remote?: Packages | readonly Packages[];
  /** Lines of preferred.conf. */
  readonly preferred?: string;
}

/** Makes a catalogue for one test, and what answers from it. */
export async function resolverOf({ installed = {}, remote = {}, preferred = "" }: World): Promise<Resolver> {
  const directory = temporaryDirectory();
  const db = openCatalogue(join(directory, "pkgin.db"));
  onTestFinished(() => db.close());
  for (const [index, packages] of [remote].flat().entries()) {
    const text = Object.entries(packages).map(([fullName, entry]) => `${recordOf(fullName, entry)}\n`);
    const bytes = (async function* () {
      yield Buffer.from(text.join(""));
    })();
    await importSummary(db, `http://${index}.example`, records(bytes));
  }
  db.replaceLocal(
    Object.entries(installed).map(([fullName, entry]) => ({
      fields: variablesOf(fullName, entry),
      keep: entry.automatic !== true,
    })),
    undefined,
  );
  const file = join(directory, "preferred.conf");
  writeFileSync(file, preferred);
  return new Resolver(db, readPreferences(file));
}

function recordOf(fullName: string, entry: Described): string {
  return [...variablesOf(fullName, entry)]
    .flatMap(([name, values]) => values.map((value) => `${name}=${value}\n`))
    .join("");
}

function variablesOf(fullName: string, entry: Described): Map<string, readonly string[]> {
  const { depends = [], conflicts = [], supersedes = [], size = 1 } = entry;
  const base = fullName.slice(0, fullName.lastIndexOf("-"));
  return new Map([
    ["PKGNAME", [fullName]],
    ["PKGPATH", [entry.path ?? `misc/${base}`]],
    ["BUILD_DATE", [entry.built ?? "2026-01-01 00:00:00 +0000"]],
    ["FILE_SIZE", [String(size)]],
    ["DEPENDS", depends],
    ["CONFLICTS", conflicts],
    ["SUPERSEDES", supersedes],
  ]);
}
