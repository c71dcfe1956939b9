import { createHash, type Hash } from "node:crypto";
import { DigestMismatchError } from "./fetch-error.ts";
import type { DigestAlgorithm } from "./options.ts";

/** Computes the digests of what passes and compares them at the end. */
export class DigestCheck {
  readonly #expected: readonly { algorithm: DigestAlgorithm; digest: string; hash: Hash }[];

  constructor(expected: Partial<Readonly<Record<DigestAlgorithm, string>>>) {
    this.#expected = Object.entries(expected).map(([algorithm, digest]) => ({
      algorithm: algorithm as DigestAlgorithm,
      digest: digest.toLowerCase(),
      hash: createHash(algorithm),
    }));
  }

  update(chunk: Uint8Array): void {
    for (const { hash } of this.#expected) hash.update(chunk);
  }

  /** @throws DigestMismatchError */
  finish(url: string): void {
    for (const { algorithm, digest, hash } of this.#expected) {
      const found = hash.digest("hex");
      if (found !== digest) throw new DigestMismatchError(url, algorithm, digest, found);
    }
  }
}
