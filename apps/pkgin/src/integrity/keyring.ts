import { readFileSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";

/**
 * Reads the public keys that may sign.
 *
 * @throws FatalError where the file cannot be read
 */
export function readKeyring(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FatalError(`cannot read the keyring ${file}: ${systemReason(error)}`, { cause: error });
  }
}
