import { type FileHandle, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../errors.ts";
import { readFileChunks } from "../read-file-chunks.ts";
import { encodeText } from "bz2-record-stream";
import { compress, type Compression } from "../write/compress.ts";
import { partOf, writing } from "../write-beside.ts";
import { packageNames } from "./package-names.ts";
import { packageRecord } from "./package-record.ts";
import { PreviousRecords } from "./previous-records.ts";

/** The end of a summary's name, which tells how it is compressed. */
export type SummaryFormat = "gz" | "bz2" | "xz" | "zst";

/** How summaries are written. */
export interface SummaryOptions {
  /** The formats to write besides those that are there already. Default: gz if there is none. */
  readonly formats?: readonly SummaryFormat[] | undefined;
  /** Ends the writing; what was there stays. */
  readonly signal?: AbortSignal | undefined;
}

/** What was written. */
export interface SummaryResult {
  /** The names of the summaries. */
  readonly names: readonly string[];
  /** How many packages they have. */
  readonly packages: number;
  /** How many of them were read, the others having been known. */
  readonly read: number;
}

const COMPRESSIONS: Readonly<Record<SummaryFormat, Compression>> = {
  gz: "gzip",
  bz2: "bzip2",
  xz: "xz",
  zst: "zstd",
};
/** All of them, the first that is looked for first. */
export const SUMMARY_FORMATS: readonly SummaryFormat[] = ["gz", "bz2", "xz", "zst"];
const NANOSECONDS = 1_000_000;

/**
 * Writes pkg_summary of the packages in a directory there. Summaries that are there already are renewed; from the first of them
 * come the records of the files that have not changed since. All appear when all are complete.
 *
 * @throws FileError for a package that cannot be read, and for a summary that cannot be written; ToolError for want of a program that compresses
 */
export async function writeSummary(directory: string, options: SummaryOptions = {}): Promise<SummaryResult> {
  const present = await presentFormats(directory);
  const wanted = [...present, ...(options.formats ?? [])];
  const formats = SUMMARY_FORMATS.filter(
    (format) => wanted.includes(format) || (wanted.length === 0 && format === "gz"),
  );
  const text = unfinished(join(directory, "pkg_summary"));
  const targets = formats.map((format) => ({ format, ...unfinished(join(directory, nameOf(format))) }));
  const [previous] = present;
  try {
    const source = { directory, previous: previous && join(directory, nameOf(previous)) };
    const { started, ...counts } = await writeText(text, { ...source, signal: options.signal });
    for (const target of targets)
      await writeCompressed(target, { text: text.part, started, signal: options.signal });
    for (const { path, part } of targets) await writing(path, rename(part, path));
    return { names: formats.map(nameOf), ...counts };
  } finally {
    for (const { part } of [text, ...targets]) await rm(part, { force: true });
  }
}

/** A file that is being written. */
interface Unfinished {
  readonly path: string;
  /** What it is called until it is complete. */
  readonly part: string;
}

function unfinished(path: string): Unfinished {
  return { path, part: partOf(path) };
}

function nameOf(format: SummaryFormat): string {
  return `pkg_summary.${format}`;
}

async function presentFormats(directory: string): Promise<readonly SummaryFormat[]> {
  const present = new Set(await readdir(directory));
  return SUMMARY_FORMATS.filter((format) => present.has(nameOf(format)));
}

interface TextSource {
  readonly directory: string;
  readonly previous: string | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Text {
  /** When it was begun by the clock of the file system, in nanoseconds. */
  readonly started: bigint;
  readonly packages: number;
  readonly read: number;
}

async function writeText(
  { path, part }: Unfinished,
  { directory, previous, signal }: TextSource,
): Promise<Text> {
  const file = await writing(path, open(part, "wx", 0o644));
  try {
    const started = (await file.stat({ bigint: true })).mtimeNs;
    const records = await writing(previous ?? path, PreviousRecords.open(previous, started));
    try {
      const names = await packageNames(directory);
      let read = 0;
      for (const name of names) {
        signal?.throwIfAborted();
        const place = join(directory, name);
        const status = await stat(encodeText(place), { bigint: true });
        // To open a named pipe would wait for ever.
        if (!status.isFile())
          throw new FileError(place, new Error("a file was expected, found something else"));
        let record = await records.find(name, status);
        if (record === undefined) {
          record = await packageRecord(place, { name, signal });
          read++;
        }
        await writing(path, file.writeFile(encodeText(`${record}\n`)));
      }
      return { started, packages: names.length, read };
    } finally {
      await records.close();
    }
  } finally {
    await file.close();
  }
}

interface CompressedText {
  /** Where the text is. */
  readonly text: string;
  readonly started: bigint;
  readonly signal: AbortSignal | undefined;
}

async function writeCompressed(
  { path, part, format }: Unfinished & { readonly format: SummaryFormat },
  { text, started, signal }: CompressedText,
): Promise<void> {
  const file = await writing(path, open(part, "wx", 0o644));
  try {
    for await (const chunk of compress(readFileChunks(text), COMPRESSIONS[format])) {
      signal?.throwIfAborted();
      await writing(path, file.writeFile(chunk));
    }
    await setTime(file, started);
    await writing(path, file.sync());
  } finally {
    await file.close();
  }
}

/** Whatever changes from the beginning on is newer than the summary, also where a number of seconds is not exact. */
async function setTime(file: FileHandle, started: bigint): Promise<void> {
  const seconds = (Number(started / BigInt(NANOSECONDS)) - 1) / 1000;
  await file.utimes(seconds, seconds);
}
