import { MalformedError } from "../errors.ts";
import { decodeText } from "bz2-record-stream";

/** What is in `+PKG_HASH`, the part of a signed package that the signature is over: digests of all blocks of the package. */
export interface PackageHash {
  /** Full name of the package. */
  readonly pkgname: string;
  /** In bytes; the last block may be shorter. */
  readonly blockSize: number;
  /** In bytes. */
  readonly fileSize: number;
  /** SHA-512 of each block, in lower-case hexadecimal, one after the other. */
  readonly digests: string;
}

/** Hexadecimal digits of a SHA-512. */
export const DIGEST_DIGITS = 128;
const SMALLEST_BLOCK = 1024;
/** A block is held as a whole; the tools write blocks of 64 KiB. */
const LARGEST_BLOCK = 16 * 1024 * 1024;

const FORM =
  /^pkgsrc signature\n\nversion: 1\npkgname: ([\x21-\x7e]+)\nalgorithm: SHA512\nblock size: ([1-9]\d{0,14})\nfile size: (0|[1-9]\d{0,14})\n\n([\da-f\n]*)end pkgsrc signature\n$/;

/**
 * Reads `+PKG_HASH`, of which no variation is allowed.
 *
 * @throws MalformedError
 */
export function parsePackageHash(bytes: Uint8Array): PackageHash {
  const [, pkgname, block = "", size = "", lines = ""] = FORM.exec(decodeText(bytes)) ?? [];
  if (pkgname === undefined)
    throw new MalformedError("+PKG_HASH of the signed package is not of the form that it must have");
  const blockSize = Number(block);
  const fileSize = Number(size);
  if (blockSize < SMALLEST_BLOCK || blockSize > LARGEST_BLOCK)
    throw new MalformedError(
      `+PKG_HASH: a block size from ${SMALLEST_BLOCK} to ${LARGEST_BLOCK} was expected, found ${blockSize}`,
    );
  const blocks = Math.ceil(fileSize / blockSize);
  const isRight = lines.length === blocks * (DIGEST_DIGITS + 1) && /^(?:[\da-f]{128}\n)*$/.test(lines);
  if (!isRight)
    throw new MalformedError(
      `+PKG_HASH: the digests of ${blocks} blocks were expected, found something else`,
    );
  return { pkgname, blockSize, fileSize, digests: lines.replaceAll("\n", "") };
}

/** Prints `+PKG_HASH`. */
export function formatPackageHash({ pkgname, blockSize, fileSize, digests }: PackageHash): string {
  let text = `pkgsrc signature\n\nversion: 1\npkgname: ${pkgname}\nalgorithm: SHA512\n`;
  text += `block size: ${blockSize}\nfile size: ${fileSize}\n\n`;
  for (let start = 0; start < digests.length; start += DIGEST_DIGITS)
    text += `${digests.slice(start, start + DIGEST_DIGITS)}\n`;
  return `${text}end pkgsrc signature\n`;
}
