import type { Hash } from "node:crypto";
import { DigestMismatchError } from "./fetch-error.ts";
import type { DigestAlgorithm, Digests } from "./options.ts";

/** Hexadecimal digits of each digest. */
const LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { md5: 32, sha1: 40, sha256: 64, sha512: 128 };

interface Expected {
  readonly algorithm: DigestAlgorithm;
  readonly digest: string;
  readonly start: () => Hash;
  hash: Hash;
}

/** Computes digests of what passes and compares them at the end. */
export class DigestCheck {
  readonly #expected: readonly Expected[];

  private constructor(expected: readonly Expected[]) {
    this.#expected = expected;
  }

  /** @throws RangeError for a digest that none can equal, or an unknown algorithm */
  static async create(expected: Digests = {}): Promise<DigestCheck> {
    const digests = Object.entries(expected).map(([name, digest]) => {
      const algorithm = name as DigestAlgorithm;
      if (digest.length !== LENGTHS[algorithm] || !/^[\da-f]+$/i.test(digest)) {
        const form = `${LENGTHS[algorithm] ?? "no"} hexadecimal digits`;
        throw new RangeError(`${name}: a digest of ${form} was expected, found ${JSON.stringify(digest)}`);
      }
      return { algorithm, digest: digest.toLowerCase() };
    });
    if (digests.length === 0) return new DigestCheck([]);
    // It takes memory that a transfer without digests has no use for.
    const { createHash } = await import("node:crypto");
    return new DigestCheck(
      digests.map(({ algorithm, digest }) => {
        const start = () => createHash(algorithm);
        return { algorithm, digest, start, hash: start() };
      }),
    );
  }

  /** Forgets all that has passed. */
  restart(): void {
    for (const each of this.#expected) each.hash = each.start();
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
