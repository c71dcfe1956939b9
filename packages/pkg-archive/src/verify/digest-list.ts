import { decompress } from "../decompress.ts";
import { LimitError } from "../errors.ts";
import { textLines } from "../text-lines.ts";

/** Nobody has so many packages. */
const MOST_ENTRIES = 1_000_000;
const LINE = /^(\w+) \((.+)\) = ([\da-f]+)$/i;

/**
 * Reads a list of digests as bulk builds publish it in SHA512.bz2, compressed or not: lines of `SHA512 (All/foo-1.0.tgz) = 1a86...`.
 * Other lines are passed over.
 *
 * @returns by the path as it stands in the list, the digest as FILE_CKSUM has it, such as `sha512 1a86...`
 * @throws DamagedError for a list that was cut or changed; LimitError for one that is too long
 */
export async function readDigestList(bytes: AsyncIterable<Uint8Array>): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for await (const line of textLines(decompress(bytes))) {
    const [, algorithm, path, digest] = LINE.exec(line) ?? [];
    if (algorithm === undefined || path === undefined || digest === undefined) continue;
    digests.set(path, `${algorithm} ${digest}`.toLowerCase());
    if (digests.size > MOST_ENTRIES)
      throw new LimitError(`at most ${MOST_ENTRIES} digests were expected in the list, found more`);
  }
  return digests;
}
