import { createHash } from "node:crypto";
import { FetchError, openUrl } from "fetch-to-fd";
import { networkOptions } from "../config/network.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import type { ExpectedDigest } from "./integrity.ts";
import { explainVerifying, type Keyring } from "./keyring.ts";

/** No signature is so large, in bytes. */
const LARGEST = 64 * 1024;
const STAYS = "What was known of the repository before stays as it was.";

/** What a summary has to be. */
export interface SummaryFacts {
  /** Where it is opened from. */
  readonly url: string;
  /** What SHA512.bz2 says of it. */
  readonly expected: ExpectedDigest | undefined;
  /** The keys that may sign, where signatures are asked for. */
  readonly keyring: Keyring | undefined;
  /** Who signed the one before. */
  readonly signerBefore: string | undefined;
}

/** Holds one summary against what vouches for it, while it is read. */
export class SummaryCheck {
  /** Who has signed it, when all of it has been read. */
  signer: string | undefined;
  readonly #facts: SummaryFacts;
  readonly #signature: Uint8Array | undefined;

  private constructor(facts: SummaryFacts, signature: Uint8Array | undefined) {
    this.#facts = facts;
    this.#signature = signature;
  }

  /**
   * Gets the signature that lies beside the summary, with `.asc` behind its name, if there is one and it is asked for.
   *
   * @throws FatalError where that cannot be found out
   */
  static async prepare(setting: Setting, facts: SummaryFacts): Promise<SummaryCheck> {
    const { url, expected, keyring, signerBefore } = facts;
    const signature = keyring === undefined ? undefined : await fetchSignature(setting, `${url}.asc`);
    const isSigned = signature !== undefined || expected?.signer !== undefined;
    if (isSigned || signerBefore === undefined) return new SummaryCheck(facts, signature);
    throw new FatalError(
      `${url} is not signed any more, where ${signerBefore} had signed it before; if that is right, update once with --verify available\n${STAYS}`,
    );
  }

  /**
   * Passes the summary's bytes on, and throws behind the last where they are not as they must be.
   *
   * @throws FatalError out of the iteration
   */
  async *check(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const { url, expected, keyring } = this.#facts;
    const digested = withDigest(bytes, url, expected);
    this.signer = expected?.signer;
    if (this.#signature === undefined || keyring === undefined) return yield* digested;
    const { PackageError, verifyDetached } = await import("pkg-archive");
    const signature = this.#signature;
    try {
      const how = { name: url, signature, keyring: keyring.bytes };
      const { userIds, keyId } = yield* verifyDetached(digested, how);
      this.signer = userIds[0] ?? keyId;
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      throw new FatalError(`${explainVerifying(keyring, error).message}\n${STAYS}`, { cause: error });
    }
  }

  /** The keys that may sign, where signatures are asked for. */
  get keyring(): Keyring | undefined {
    return this.#facts.keyring;
  }

  /** What was verified, in words; undefined where nothing vouches for the summary. */
  get words(): string | undefined {
    const { expected } = this.#facts;
    if (this.#signature !== undefined) return `its signature by ${this.signer}`;
    if (expected === undefined) return undefined;
    const by = expected.signer === undefined ? "" : `, signed by ${expected.signer}`;
    return `${Object.keys(expected.digests).join(", ")} of ${expected.source}${by}`;
  }
}

async function* withDigest(
  bytes: AsyncIterable<Uint8Array>,
  url: string,
  expected: ExpectedDigest | undefined,
): AsyncGenerator<Uint8Array> {
  const [[algorithm, wanted] = []] = Object.entries(expected?.digests ?? {});
  if (algorithm === undefined || wanted === undefined) return yield* bytes;
  const hash = createHash(algorithm);
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  const found = hash.digest("hex");
  if (found === wanted) return;
  const name = new URL(url).pathname.split("/").at(-1) ?? "";
  throw new FatalError(
    `${name} does not match ${expected?.source}: ${algorithm} ${wanted} was expected, found ${found}\n${STAYS}`,
  );
}

/** @returns undefined where there is none */
async function fetchSignature(setting: Setting, url: string): Promise<Uint8Array | undefined> {
  try {
    const opened = await openUrl(url, networkOptions(setting, url));
    try {
      const parts: Buffer[] = [];
      let size = 0;
      for await (const chunk of opened.body) {
        size += chunk.length;
        if (size > LARGEST)
          throw new FatalError(`${url} is larger than ${LARGEST} bytes, which no signature is`);
        parts.push(Buffer.from(chunk));
      }
      return Buffer.concat(parts);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    if (error.code === "ERR_FETCH_STATUS" || error.code === "ERR_FETCH_READ") return undefined;
    throw new FatalError(`Could not fetch ${error.message}`, { cause: error });
  }
}
