import { createHash, type Hash } from "node:crypto";
import { DigestError } from "../errors.ts";
import type { PackingFile } from "../packing-list/packing-list.ts";

/**
 * The bytes of a file, of which the digest is compared at the end. It is no generator because a package can have very many files,
 * and because a loop that is left early must not end the whole archive.
 */
export class CheckedBody implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #file: PackingFile;
  readonly #hash: Hash | undefined;
  #isChecked = false;

  constructor(chunks: AsyncIterator<Uint8Array>, file: PackingFile) {
    this.#chunks = chunks;
    this.#file = file;
    this.#hash = file.md5 === undefined ? undefined : createHash("md5");
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const result = await this.#chunks.next();
    if (result.done !== true) this.#hash?.update(result.value);
    else if (!this.#isChecked) this.#check();
    return result;
  }

  #check(): void {
    this.#isChecked = true;
    const { path, md5 } = this.#file;
    const found = this.#hash?.digest("hex");
    if (found !== md5) throw new DigestError(path, `MD5 ${md5}`, `MD5 ${found}`);
  }
}
