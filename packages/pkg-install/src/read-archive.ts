import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract, type Extract, type Header } from "tar-stream";
import { PkgInstallError } from "./errors.ts";
import type { IncomingFile, PackageReader } from "./incoming.ts";
import { decodeText } from "./text.ts";

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

/** Metadata files in the order in which a package has them; the first three must be there. */
const METADATA: readonly string[] = [
  "+CONTENTS",
  "+COMMENT",
  "+DESC",
  "+INSTALL",
  "+DEINSTALL",
  "+DISPLAY",
  "+MTREE_DIRS",
  "+BUILD_VERSION",
  "+BUILD_INFO",
  "+SIZE_PKG",
  "+SIZE_ALL",
  "+PRESERVE",
  "+REQUIRED_BY",
  "+INSTALLED_INFO",
];
const MANDATORY = 3;
/** No metadata file that anybody wrote is larger, in bytes. */
const LARGEST_METADATA = 32 * 1024 * 1024;

const TYPES: Readonly<Record<string, IncomingFile["type"]>> = {
  file: "file",
  "contiguous-file": "file",
  symlink: "symlink",
  link: "link",
};

/**
 * Opens a package, gzip-compressed or not, that comes as bytes.
 *
 * @throws PkgInstallError for something that is no package, and for metadata that is not as it must be
 */
export async function readArchive(source: AsyncIterable<Uint8Array>): Promise<PackageReader> {
  const { first, rest } = await peek(source);
  const options: object = { filenameEncoding: "latin1" };
  const tar = extract(options);
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  if (!isGzip && first.toString("latin1", 257, 262) !== "ustar") {
    throw damaged("neither a gzip-compressed nor a plain tar archive was found");
  }
  const bytes = Readable.from(rest, { objectMode: false });
  // What goes wrong comes out of the entries.
  if (isGzip) pipeline(bytes, createGunzip(), tar, () => undefined);
  else pipeline(bytes, tar, () => undefined);
  const entries = tar[Symbol.asyncIterator]();
  const close = async (): Promise<void> => void (await entries.return?.());
  try {
    const { metadata, next } = await readMetadata(entries);
    return { metadata, files: files(entries, next), close };
  } catch (error) {
    await close();
    throw explain(error);
  }
}

interface Metadata {
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** The first entry that is no metadata. */
  readonly next: Entry | undefined;
}

async function readMetadata(entries: AsyncIterator<Entry>): Promise<Metadata> {
  const metadata = new Map<string, Uint8Array>();
  let place = -1;
  for (;;) {
    const { value, done } = await entries.next();
    const entry = done === true ? undefined : value;
    const found = entry === undefined ? -1 : METADATA.indexOf(entry.header.name);
    if (entry === undefined || found < 0) {
      const missing = METADATA[metadata.size];
      if (metadata.size < MANDATORY)
        throw damaged(`${missing} was expected, found ${entry?.header.name ?? "the end"}`);
      return { metadata, next: entry };
    }
    if (found <= place || (place + 1 < MANDATORY && found !== place + 1)) {
      throw damaged(`${entry.header.name} is not where it must be`);
    }
    place = found;
    metadata.set(entry.header.name, await readWhole(entry));
  }
}

async function readWhole(entry: Entry): Promise<Uint8Array> {
  const { name, size = 0 } = entry.header;
  if (size > LARGEST_METADATA)
    throw damaged(`${name} has ${size} bytes; at most ${LARGEST_METADATA} were expected`);
  const parts: Uint8Array[] = [];
  for await (const chunk of entry) parts.push(chunk as Uint8Array);
  return Buffer.concat(parts);
}

async function* files(entries: AsyncIterator<Entry>, first: Entry | undefined): AsyncGenerator<IncomingFile> {
  try {
    for (let entry = first; entry !== undefined;) {
      yield describe(entry);
      const { value, done } = await entries.next();
      entry = done === true ? undefined : value;
    }
  } catch (error) {
    throw explain(error);
  }
}

function describe(entry: Entry): IncomingFile {
  const { header } = entry;
  const type = TYPES[header.type ?? "file"];
  const path = text(header.name, (header.pax as Record<string, string> | null)?.["path"]);
  if (type === undefined) throw damaged(`${path} is a ${header.type}; files and links were expected`);
  return {
    path,
    type,
    mode: (header.mode ?? 0o644) & 0o7777,
    uid: header.uid ?? 0,
    gid: header.gid ?? 0,
    user: header.uname || undefined,
    group: header.gname || undefined,
    mtime: (header.mtime?.getTime() ?? 0) / 1000,
    target: header.linkname
      ? text(header.linkname, (header.pax as Record<string, string> | null)?.["linkpath"])
      : undefined,
    body: explained(entry),
  };
}

async function* explained(entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* entry as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw explain(error);
  }
}

/** Names come as bytes, but for long ones, which come as text. */
function text(name: Header["name"], long: string | undefined): string {
  return long === undefined ? decodeText(Buffer.from(name, "latin1")) : name;
}

async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ first: Buffer; rest: AsyncGenerator<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  // A tar header is one block of this size.
  while (first.length < 512) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    first = Buffer.concat([first, value]);
  }
  return { first, rest: resume(first, chunks) };
}

async function* resume(first: Buffer, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (;;) {
      const { value, done } = await chunks.next();
      if (done === true) return;
      // The source may use its memory again, while this waits in a stream.
      yield Buffer.from(value as Uint8Array);
    }
  } finally {
    await chunks.return?.();
  }
}

/** Errors of decompression and of the tar format have no class of their own. */
function explain(error: unknown): unknown {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const isFormat = code.startsWith("Z_") || /unexpected end|invalid tar|checksum/i.test(message);
  return isFormat ? damaged(message, error) : error;
}

function damaged(reason: string, cause?: unknown): PkgInstallError {
  return new PkgInstallError("ERR_INSTALL_ARCHIVE", `the package is damaged: ${reason}`, { cause });
}
