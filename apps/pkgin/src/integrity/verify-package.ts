import {
  openPackage,
  PackageError,
  type PackageReader,
  type PackageSignature,
  readFileChunks,
  type Signer,
  verifySignature,
} from "pkg-archive";
import { explainVerifying, type Keyring } from "./keyring.ts";

/**
 * Verifies a signed package file to its last byte.
 *
 * @returns who has signed it, or what is wrong, to stand behind the package's name
 * @throws FatalError for a keyring that is none
 */
export async function verifyPackage(
  file: string,
  keyring: Keyring,
): Promise<{ readonly signer: string } | { readonly problem: string }> {
  let reader: PackageReader | undefined;
  try {
    reader = await openPackage(readFileChunks(file));
    if (reader.signature === undefined)
      return { problem: "is not signed, but the setting verify asks for a signature" };
    const { userIds, keyId } = await verify(reader.signature, keyring);
    // Each block of the file is held against the signed digests as it is read.
    for await (const { body } of reader.files) for await (const chunk of body) void chunk;
    return { signer: userIds[0] ?? keyId };
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    return { problem: `is refused: ${error.message}` };
  } finally {
    await reader?.close();
  }
}

async function verify(signature: PackageSignature, keyring: Keyring): Promise<Signer> {
  try {
    return await verifySignature(signature, keyring.bytes);
  } catch (error) {
    throw error instanceof PackageError ? explainVerifying(keyring, error) : error;
  }
}
