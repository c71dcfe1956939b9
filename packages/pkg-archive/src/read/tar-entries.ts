import { decodeText } from "bz2-record-stream";
import { extract, type Header } from "tar-stream";
import type { ByteSource } from "../byte-source.ts";
import { drained } from "../drained.ts";
import { DamagedError } from "../errors.ts";
import { ExtendedHeader } from "./extended-header.ts";

const BLOCK_SIZE = 512;
const ZEROS = new Uint8Array(BLOCK_SIZE);
/** What stands for bytes that are no UTF-8, and for itself. */
const REPLACEMENT = "\ufffd";
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/;
/** The first is an option that tar-stream documents, but does not have among its types; the other has it take block by block. */
const OPTIONS = { filenameEncoding: "latin1", highWaterMark: 1 } as const;

/**
 * The entries of a tar archive, one after the other; their names are exact, as `decodeText` gives them.
 *
 * Only headers go through tar-stream. It would keep chunks for later, and their memory is used again.
 */
export class TarEntries {
  readonly #source: ByteSource;
  /** Bytes of the entry that came last which nobody has taken yet. */
  #left = 0;
  /** Its name. */
  #name: string | undefined;
  /** Bytes between those and the next header. */
  #padding = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The header of the next entry, or undefined when the whole archive has been read and was good. What was not read of the entry
   * before is passed over.
   *
   * @throws DamagedError; what the source throws
   */
  async next(): Promise<Header | undefined> {
    this.#left += this.#padding;
    while (this.#left > 0) await this.take();
    const header = await readHeader(this.#source, this.#name);
    this.#name = header?.name;
    const size = header === undefined || header.type === "directory" ? 0 : header.size;
    this.#left = size;
    this.#padding = (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE;
    return header;
  }

  /**
   * The next bytes of the entry that came last, valid until more are asked for, or undefined at its end.
   *
   * @throws DamagedError; what the source throws
   */
  async take(): Promise<Uint8Array | undefined> {
    if (this.#left === 0) return undefined;
    const chunk = await this.#source.take(this.#left);
    if (chunk === undefined) throw new DamagedError("tar: the archive ends within an entry");
    this.#left -= chunk.length;
    return chunk;
  }

  async close(): Promise<void> {
    await this.#source.close();
  }
}

/** Reads a header with what stands before it: a long name, or extended records. @param last name of the entry before */
async function readHeader(source: ByteSource, last: string | undefined): Promise<Header | undefined> {
  let block = await nextBlock(source);
  while (block?.equals(ZEROS) === true) block = await nextBlock(source);
  let header: Header | undefined;
  let failure: unknown;
  const tar = extract(OPTIONS)
    .on("entry", (found) => (header = found))
    .on("error", (error) => (failure = error));
  const extended = new ExtendedHeader();
  for (; block !== undefined; block = await nextBlock(source)) {
    tar.write(block);
    await drained(tar);
    if (failure !== undefined) throw badHeader(last, failure);
    if (header !== undefined) return withExactNames(header, extended);
    extended.add(block);
  }
  return undefined;
}

function badHeader(last: string | undefined, cause: unknown): DamagedError {
  const place = last === undefined ? "at the start" : `after ${JSON.stringify(last)}`;
  return new DamagedError(`tar: a good header was expected ${place}, found a bad one`, cause);
}

async function nextBlock(source: ByteSource): Promise<Buffer | undefined> {
  const isEnd = (await source.peek(BLOCK_SIZE)).length === 0;
  return isEnd ? undefined : await source.read(BLOCK_SIZE, "a tar header");
}

/** Names come as Latin-1, one character a byte, but those of an extended header as text in which bytes can be lost. */
function withExactNames(header: Header, extended: ExtendedHeader): Header {
  const { path, linkpath } = (header.pax ?? {}) as Partial<Record<string, string>>;
  const exact = (key: string, lossy: string): string =>
    lossy.includes(REPLACEMENT) ? (extended.get(key) ?? lossy) : lossy;
  header.name = path ? exact("path", path) : decodeName(header.name);
  header.linkname = linkpath ? exact("linkpath", linkpath) : header.linkname && decodeName(header.linkname);
  return header;
}

function decodeName(name: string): string {
  return ASCII.test(name) ? name : decodeText(Buffer.from(name, "latin1"));
}
