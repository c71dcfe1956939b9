import { createHash, getHashes } from "node:crypto";
import { DigestError, MalformedError } from "../errors.ts";

/** What is known about the file that a package is in. */
export interface FileFacts {
  /** For errors. */
  readonly name: string;
  /** FILE_SIZE of the summary, in bytes. */
  readonly size?: number | undefined;
  /** FILE_CKSUM of the summary, an algorithm and a digest in hexadecimal, such as `sha512 1a86...`. */
  readonly cksum?: string | undefined;
}

/**
 * Passes on the bytes of a file while it checks them. Bytes beyond the size are not passed on; a wrong digest throws after the
 * last byte.
 *
 * @throws DigestError out of the iteration; MalformedError for a FILE_CKSUM that cannot be checked
 */
export async function* checkedFile(
  bytes: AsyncIterable<Uint8Array>,
  { name, size, cksum }: FileFacts,
): AsyncGenerator<Uint8Array> {
  const { algorithm, expected } = parseCksum(name, cksum);
  const hash = algorithm === undefined ? undefined : createHash(algorithm);
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (size !== undefined && total > size) throw new DigestError(name, `${size} bytes`, "more");
    hash?.update(chunk);
    yield chunk;
  }
  if (size !== undefined && total !== size) throw new DigestError(name, `${size} bytes`, `${total}`);
  const found = hash?.digest("hex");
  if (found !== expected) throw new DigestError(name, `${algorithm} ${expected}`, `${found}`);
}

function parseCksum(name: string, cksum: string | undefined): { algorithm?: string; expected?: string } {
  if (cksum === undefined) return {};
  const [, algorithm = "", digest = ""] = /^(\w[\w-]*)\s+([\da-f]+)$/i.exec(cksum.trim()) ?? [];
  if (!getHashes().includes(algorithm.toLowerCase()))
    throw new MalformedError(
      `${name}: an algorithm and a digest, such as "sha512 1a86...", were expected, found ${JSON.stringify(cksum)}`,
    );
  return { algorithm: algorithm.toLowerCase(), expected: digest.toLowerCase() };
}
