import { readFileSync } from "node:fs";
import type { PackageError } from "pkg-archive";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";

const ARMOR = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
/** The first byte of every packet has this bit; RFC 9580, 4.2 */
const PACKET = 0x80;

/** Public keys that may sign, and the file that they are from. */
export interface Keyring {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the public keys that may sign.
 *
 * @throws FatalError where the file cannot be read, or plainly is none of keys
 */
export function readKeyring(file: string): Keyring {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new FatalError(`cannot read the keyring ${file}: ${systemReason(error)}`, { cause: error });
  }
  const isArmored = bytes.toString("latin1", 0, ARMOR.length) === ARMOR;
  if (isArmored || ((bytes[0] ?? 0) & PACKET) !== 0) return { file, bytes };
  throw noKeyring({ file, bytes });
}

/** Tells what was found wrong while a signature was verified; a keyring in which there are no keys is named. */
export function explainVerifying(keyring: Keyring, error: PackageError): FatalError | PackageError {
  // A signature itself is not valid, but never malformed.
  return error.code === "ERR_PACKAGE_MALFORMED" ? noKeyring(keyring, error) : error;
}

function noKeyring({ file, bytes }: Keyring, cause?: PackageError): FatalError {
  const found = bytes.length === 0 ? "an empty file" : `${bytes.length} bytes in which there are none`;
  return new FatalError(
    `${file} is no keyring: public keys as \`gpg --export\` writes them were expected, found ${found}; write them there anew, or name another file`,
    { cause },
  );
}
