import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Catalogue, importSummary, openCatalogue, readSummary } from "../src/index.ts";
import type { ImportOptions, ImportStatistics } from "../src/import-summary.ts";

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "summary-to-sqlite-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A new catalogue in a file, closed after the test. */
export function newCatalogue(): Catalogue {
  const catalogue = openCatalogue(join(temporaryDirectory(), "pkgin.db"));
  onTestFinished(() => catalogue.close());
  return catalogue;
}

export const REPOSITORY = "http://127.0.0.1/All";

/** A record as text, from variables; an array stands for several lines. */
export function recordOf(variables: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(variables)
    .flatMap(([variable, value]) => [value].flat().map((line) => `${variable}=${line}\n`))
    .join("");
}

/** Imports text as a whole. */
export function importText(
  catalogue: Catalogue,
  text: string | Uint8Array,
  repository: string = REPOSITORY,
  options?: ImportOptions,
): Promise<ImportStatistics> {
  return importSummary(catalogue, repository, readSummary(bytesOf([text])), options);
}

/** Bytes in these pieces. */
export async function* bytesOf(pieces: Iterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece as Uint8Array);
}

/** Everything the remote views show of packages, as an outside reader sees it. */
export function remoteRows(catalogue: Catalogue): unknown[] {
  return catalogue.connection
    .prepare("SELECT fullpkgname, comment, repository FROM remote_pkg ORDER BY fullpkgname")
    .raw()
    .all();
}
