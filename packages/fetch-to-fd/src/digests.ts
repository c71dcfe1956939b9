import { createHash, type Hash } from "node:crypto";
import { DigestMismatchError } from "./fetch-error.ts";
import type { DigestAlgorithm, Digests } from "./options.ts";

/** Hexadecimal digits of each digest. */
const LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

/** Computes digests of what passes and compares them at the end. */
export class DigestCheck {
  readonly #expected: { algorithm: DigestAlgorithm; digest: string; hash: Hash }[];

  /** @throws RangeError for a digest that none can equal, or an unknown algorithm */
  constructor(expected: Digests) {
    this.#expected = Object.entries(expected).map(([name, digest]) => {
      const algorithm = name as DigestAlgorithm;
      if (digest.length !== LENGTHS[algorithm] || !/^[\da-f]+$/i.test(digest)) {
        const form = `${LENGTHS[algorithm] ?? "no"} hexadecimal digits`;
        throw new RangeError(`${name}: a digest of ${form} was expected, found ${JSON.stringify(digest)}`);
      }
      return { algorithm, digest: digest.toLowerCase(), hash: createHash(algorithm) };
    });
  }

  /** Forgets all that has passed. */
  restart(): void {
    for (const each of this.#expected) each.hash = createHash(each.algorithm);
  }

  update(chunk: Uint8Array): void {
    for (const { hash } of this.#expected) hash.update(chunk);
  }

  /** @throws DigestMismatchError */
  finish(url: string): Digests {
    for (const { algorithm, digest, hash } of this.#expected) {
      const found = hash.digest("hex");
      if (found !== digest) throw new DigestMismatchError(url, algorithm, digest, found);
    }
    return Object.fromEntries(this.#expected.map(({ algorithm, digest }) => [algorithm, digest]));
  }
}
