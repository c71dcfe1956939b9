import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { compress, type Compression, COMPRESSION_SUFFIX } from "test-support";
import { createPackage, type CreatedPackage } from "./create-package.ts";
import type { SamplePackage } from "./sample-package.ts";

/** What a repository is like. */
export interface RepositoryOptions {
  /** Of the summary, whose name ends accordingly. Default: gzip. */
  readonly compression?: Compression;
  /** Text of records that come before those of the packages, and have no package files. Default: none. */
  readonly otherRecords?: Iterable<Uint8Array>;
}

/**
 * Builds a directory as a web server publishes it: package files, and a pkg_summary of them.
 *
 * @param directory made where it is missing; a summary that is there is replaced
 * @returns the packages in the order given
 */
export async function createRepository(
  directory: string,
  packages: readonly SamplePackage[],
  { compression = "gzip", otherRecords = [] }: RepositoryOptions = {},
): Promise<readonly CreatedPackage[]> {
  await mkdir(directory, { recursive: true });
  const created: CreatedPackage[] = [];
  for (const sample of packages) created.push(await createPackage(directory, sample));
  await writeSummary(
    directory,
    created.map(({ summary }) => summary),
    { compression, otherRecords },
  );
  return created;
}

async function writeSummary(
  directory: string,
  summaries: readonly string[],
  { compression, otherRecords }: Required<RepositoryOptions>,
): Promise<void> {
  const path = join(directory, `pkg_summary${COMPRESSION_SUFFIX[compression]}`);
  const text = recordsOf(otherRecords, summaries);
  await pipeline(compress(text, compression), createWriteStream(path));
}

function* recordsOf(others: Iterable<Uint8Array>, summaries: readonly string[]): Generator<Uint8Array> {
  let isEmpty = summaries.length === 0;
  for (const record of others) {
    isEmpty = false;
    yield record;
  }
  // A summary of no packages is a single newline.
  if (isEmpty) yield Buffer.from("\n");
  for (const summary of summaries) yield Buffer.from(`${summary}\n`);
}
