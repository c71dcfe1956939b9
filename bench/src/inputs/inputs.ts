import { createReadStream, createWriteStream, existsSync, mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { decompress } from "bz2-record-stream";
import {
  type ByteSource,
  compress,
  type Compression,
  COMPRESSION_SUFFIX,
  generateSummary,
} from "test-support";
import { changeRecords } from "./change-records.ts";
import { renameRecords } from "./rename-records.ts";

/** The files that benches read, made when they are first asked for and shared between benches. */
export class Inputs {
  /** A directory for everything, removed at the end. */
  readonly scratch: string;
  /** The summary in use: a file's path, or `generated`. */
  readonly source: string;

  /** @param summary a compressed or plain pkg_summary. Default: one that is generated */
  constructor(scratch: string, summary?: string) {
    this.scratch = scratch;
    this.source = summary ?? "generated";
  }

  /** A directory that is not there yet, in the scratch directory. */
  directory(name: string): string {
    return join(this.scratch, name);
  }

  /**
   * The summary in a directory of its own, as a repository has it.
   *
   * @param copies how many times the text is repeated, with other names
   * @returns the path of the file
   */
  async summary(compression: Compression, copies = 1): Promise<string> {
    const text = join(this.scratch, `text-${copies}`, "pkg_summary");
    if (!existsSync(text))
      await this.#write(
        text,
        repeated(() => this.#text(), copies),
      );
    if (compression === "none") return text;
    return this.#compressed(text, `${compression}-${copies}`, compression);
  }

  /** The summary as it is after one record of a hundred has changed. */
  async changedSummary(compression: Compression): Promise<string> {
    const text = join(this.scratch, "text-changed", "pkg_summary");
    if (!existsSync(text))
      await this.#write(text, changeRecords(createReadStream(await this.summary("none"))));
    return this.#compressed(text, `${compression}-changed`, compression);
  }

  /**
   * Makes a file of generated content.
   *
   * @returns its path
   */
  async file(name: string, content: () => ByteSource): Promise<string> {
    const path = join(this.scratch, name);
    if (!existsSync(path)) await this.#write(path, content());
    return path;
  }

  /**
   * A file of zeros that takes no room on the disk.
   *
   * @returns its path
   */
  async zeros(name: string, size: number): Promise<string> {
    const path = join(this.scratch, name);
    mkdirSync(dirname(path), { recursive: true });
    const file = await open(path, "w");
    await file.truncate(size);
    await file.close();
    return path;
  }

  async #compressed(text: string, folder: string, compression: Compression): Promise<string> {
    const name = `${basename(text)}${COMPRESSION_SUFFIX[compression]}`;
    return this.file(join(folder, name), () => compress(createReadStream(text), compression));
  }

  #text(): ByteSource {
    return this.source === "generated" ? generateSummary() : decompress(createReadStream(this.source));
  }

  async #write(path: string, bytes: ByteSource): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    await pipeline(Readable.from(owned(bytes)), createWriteStream(path));
  }
}

async function* repeated(text: () => ByteSource, copies: number): AsyncGenerator<Uint8Array> {
  for (let copy = 0; copy < copies; copy++) {
    if (copy === 0) yield* text();
    else yield* renameRecords(text(), `copy${copy}-`);
  }
}

/** A decompressor may use a chunk's memory again while the file still waits to be written. */
async function* owned(bytes: ByteSource): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk);
}
