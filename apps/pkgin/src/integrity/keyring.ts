import { readFileSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";

const ARMOR = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
/** The first byte of every packet has this bit; RFC 9580, 4.2 */
const PACKET = 0x80;

/**
 * Reads the public keys that may sign.
 *
 * @throws FatalError where the file cannot be read, or plainly is none of keys
 */
export function readKeyring(file: string): Uint8Array {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new FatalError(`cannot read the keyring ${file}: ${systemReason(error)}`, { cause: error });
  }
  const isArmored = bytes.toString("latin1", 0, ARMOR.length) === ARMOR;
  if (isArmored || ((bytes[0] ?? 0) & PACKET) !== 0) return bytes;
  throw new FatalError(`${file} is no keyring: public keys as \`gpg --export\` writes them were expected`);
}
