import { DigestError, SpecError } from "../errors.ts";
import { MANDATORY_METADATA, METADATA_NAMES } from "../metadata-names.ts";
import { parsePackingList } from "../packing-list/parse-packing-list.ts";
import { expectName } from "../packing-list/expect-name.ts";
import { expectRecord } from "../packing-list/expect-record.ts";
import type { PackingFile } from "../packing-list/packing-list.ts";
import { decodeText } from "bz2-record-stream";
import { parseVariables } from "../variables.ts";
import { compress, type Compression } from "./compress.ts";
import { completeMetadata } from "./complete-metadata.ts";
import { describeFiles, findFiles, type SourceFile } from "./find-files.ts";
import type { PackageParts, PackageSpec } from "./package-spec.ts";
import { type ArchiveParts, writeArchive } from "./write-archive.ts";
import { writeMetadata } from "./write-metadata.ts";

/** How a package is written. */
export interface WriteOptions {
  /** Default: gzip. */
  readonly compression?: Compression | undefined;
  /** Ends the writing, which throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a package as bytes, from a description or from the metadata as it shall be. The same input gives the same bytes: files
 * in the order of their names, or in that of the packing list, owned by number 0, of the time of BUILD_DATE.
 *
 * @throws SpecError out of the iteration for what no package can have; MalformedError for a bad packing list; DigestError for a file that changes meanwhile, or is not
 *   as the packing list says; ToolError for want of a program that compresses
 */
export async function* writePackage(
  source: PackageSpec | PackageParts,
  { compression = "gzip", signal }: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const parts = await ("metadata" in source ? fromMetadata(source, signal) : fromSpec(source, signal));
  for await (const chunk of compress(writeArchive(parts), compression)) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

async function fromSpec(spec: PackageSpec, signal: AbortSignal | undefined): Promise<ArchiveParts> {
  const files = await findFiles(spec.root, signal);
  const [date] = [spec.buildInfo["BUILD_DATE"]].flat();
  return { metadata: writeMetadata(spec, files), files, mtime: buildTime(date) };
}

async function fromMetadata(
  { metadata, root }: PackageParts,
  signal: AbortSignal | undefined,
): Promise<ArchiveParts> {
  const missing = METADATA_NAMES.slice(0, MANDATORY_METADATA).find((name) => !metadata.has(name));
  if (missing !== undefined) throw new SpecError(`a package must have ${missing}`);
  const unknown = [...metadata.keys()].find((name) => !METADATA_NAMES.includes(name));
  if (unknown !== undefined) throw new SpecError(`a package has no ${unknown}`);
  const textOf = (name: string): string => decodeText(metadata.get(name) ?? new Uint8Array(0));
  const list = parsePackingList(textOf("+CONTENTS"));
  expectName(list);
  const listed = list.files;
  const paths = listed.map(({ path }) => path);
  const files = await describeFiles(root, paths, signal);
  for (const [place, file] of listed.entries()) expectListed(files[place] as SourceFile, file);
  const mtime = buildTime(parseVariables(textOf("+BUILD_INFO")).get("BUILD_DATE")?.[0]);
  return { metadata: completeMetadata(metadata, files), files, mtime };
}

function expectListed(file: SourceFile, listed: PackingFile): void {
  expectRecord(listed, file);
  if (listed.md5 !== undefined && listed.md5 !== file.md5)
    throw new DigestError(file.path, `MD5 ${listed.md5}`, `MD5 ${file.md5}`);
}

/** The time of a build, such as `2026-05-04 03:02:01 +0000`; where there is none, or no such day, the beginning of time. */
function buildTime(date: string | undefined): Date {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(date ?? "");
  if (match === null) return new Date(0);
  const [, day, time, hours, minutes] = match;
  const built = new Date(`${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(built.getTime()) ? new Date(0) : built;
}
