import { extract, type Header } from "tar-stream";
import type { ByteSource } from "../byte-source.ts";
import { drained } from "../drained.ts";
import { DamagedError } from "../errors.ts";

const BLOCK_SIZE = 512;
const ZEROS = new Uint8Array(BLOCK_SIZE);
/** The first is an option that tar-stream documents, but does not have among its types; the other has it take block by block. */
const OPTIONS = { filenameEncoding: "latin1", highWaterMark: 1 } as const;

/**
 * The entries of a tar archive, one after the other; names are one character for each of their bytes (Latin-1), but for long ones.
 *
 * Only headers go through tar-stream. It would keep chunks for later, and their memory is used again.
 */
export class TarEntries {
  readonly #source: ByteSource;
  /** Bytes of the entry that came last which nobody has taken yet. */
  #left = 0;
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
    const header = await readHeader(this.#source);
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

/** Reads a header with what stands before it: a long name, or extended records. */
async function readHeader(source: ByteSource): Promise<Header | undefined> {
  let block = await nextBlock(source);
  while (block?.equals(ZEROS) === true) block = await nextBlock(source);
  let header: Header | undefined;
  let failure: unknown;
  const tar = extract(OPTIONS)
    .on("entry", (found) => (header = found))
    .on("error", (error) => (failure = error));
  for (; block !== undefined; block = await nextBlock(source)) {
    tar.write(block);
    await drained(tar);
    if (failure !== undefined) throw new DamagedError(`tar: ${(failure as Error).message}`, failure);
    if (header !== undefined) return header;
  }
  return undefined;
}

async function nextBlock(source: ByteSource): Promise<Buffer | undefined> {
  const isEnd = (await source.peek(BLOCK_SIZE)).length === 0;
  return isEnd ? undefined : await source.read(BLOCK_SIZE, "a tar header");
}
