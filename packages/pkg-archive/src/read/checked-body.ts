import { createHash, hash, type Hash } from "node:crypto";
import { DigestError } from "../errors.ts";
import type { PackingFile } from "../packing-list/packing-list.ts";
import type { TarEntries } from "./tar-entries.ts";

/**
 * The bytes of a file, of which the digest is compared at the end. It is no generator because a package can have very many files,
 * and because a loop that is left early must not end the whole archive.
 */
export class CheckedBody implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #entries: TarEntries;
  readonly #file: PackingFile;
  readonly #size: number;
  /** Of a file that comes in several chunks; most come in one. */
  #hash: Hash | undefined;
  #digest: string | undefined;
  #isChecked = false;

  /** @param entries stand at the file */
  constructor(entries: TarEntries, file: PackingFile, size: number) {
    this.#entries = entries;
    this.#file = file;
    this.#size = size;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const value = await this.#entries.take();
    if (this.#file.md5 !== undefined && !this.#isChecked) this.#digestOrCheck(value);
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  #digestOrCheck(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) this.#check();
    else if (chunk.length === this.#size) this.#digest = hash("md5", chunk);
    else (this.#hash ??= createHash("md5")).update(chunk);
  }

  #check(): void {
    this.#isChecked = true;
    const { path, md5 } = this.#file;
    const found = this.#digest ?? (this.#hash ?? createHash("md5")).digest("hex");
    if (found !== md5) throw new DigestError(path, `MD5 ${md5}`, `MD5 ${found}`);
  }
}
