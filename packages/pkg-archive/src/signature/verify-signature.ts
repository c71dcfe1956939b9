import type { Key, VerifyMessageResult, VerifyOptions } from "openpgp";
import { MalformedError, PackageError, SignatureError } from "../errors.ts";
import { decodeText } from "bz2-record-stream";
import { isArmored } from "./is-armored.ts";
import type { PackageSignature } from "./signed-package.ts";

/** Who signed, and when. */
export interface Signer {
  /** Of the key that made the signature, in hexadecimal. */
  readonly keyId: string;
  /** What the key says about its owner, such as `Name <address>`. */
  readonly userIds: readonly string[];
  readonly created: Date | undefined;
}

/**
 * Verifies the signature of a package with the public keys that are trusted.
 *
 * @param keyring public keys, as `gpg --export` writes them, with `--armor` or without
 * @throws SignatureError where none of the keys made it, or it does not fit; MalformedError for something that is no keyring
 */
export async function verifySignature(signature: PackageSignature, keyring: Uint8Array): Promise<Signer> {
  if (signature.kind !== "openpgp")
    throw new SignatureError(
      `${signature.hash.pkgname} is signed with a certificate; an OpenPGP signature was expected`,
    );
  const { createMessage, readSignature } = await import("openpgp");
  try {
    const armored = decodeText(signature.signature);
    const message = await createMessage({ binary: signature.signed });
    return await verify({ message, signature: await readSignature({ armoredSignature: armored }) }, keyring);
  } catch (error) {
    throw explain(signature.hash.pkgname, error);
  }
}

/**
 * Verifies a clear-signed text, such as pkg-vulnerabilities.
 *
 * @param name of the text, for errors
 * @throws SignatureError, MalformedError as {@link verifySignature}
 */
export async function verifyClearSigned(
  text: string,
  { name, keyring }: { name: string; keyring: Uint8Array },
): Promise<Signer> {
  const { readCleartextMessage } = await import("openpgp");
  try {
    return await verify({ message: await readCleartextMessage({ cleartextMessage: text }) }, keyring);
  } catch (error) {
    throw explain(name, error);
  }
}

/** What a detached signature is held against. */
export interface DetachedOptions {
  /** Of what is signed, for errors. */
  readonly name: string;
  /** As `gpg --detach-sign` writes it, with `--armor` or without. */
  readonly signature: Uint8Array;
  readonly keyring: Uint8Array;
}

/**
 * Passes bytes on that have a signature of their own beside them, and throws behind the last one where it is not valid.
 *
 * @returns who signed, when all has been passed on
 * @throws SignatureError, MalformedError as {@link verifySignature}, out of the iteration
 */
export async function* verifyDetached(
  bytes: AsyncIterable<Uint8Array>,
  { name, signature, keyring }: DetachedOptions,
): AsyncGenerator<Uint8Array, Signer> {
  const { createMessage, readSignature, verify: begin } = await import("openpgp");
  const keys = await readKeyring(keyring);
  let failure: Error | undefined;
  // It reads a chunk before the one before is done with, and makes other errors of those that come this way.
  const copies = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) yield new Uint8Array(chunk);
    } catch (error) {
      failure = error as Error;
      throw error;
    }
  };
  try {
    const made = await (isArmored(signature)
      ? readSignature({ armoredSignature: decodeText(signature) })
      : readSignature({ binarySignature: new Uint8Array(signature) }));
    const message = await createMessage({ binary: ReadableStream.from(copies()) });
    const { data, signatures } = await begin({
      message,
      signature: made,
      verificationKeys: keys,
      format: "binary",
    });
    yield* readAll(data);
    return await firstValid(signatures, keys);
  } catch (error) {
    throw failure ?? explain(name, error);
  }
}

/** The stream is openpgp's own kind, which can be read in no other way. */
async function* readAll(stream: Pick<ReadableStream<Uint8Array>, "getReader">): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function verify(
  { message, signature }: Pick<VerifyOptions, "message" | "signature">,
  keyring: Uint8Array,
): Promise<Signer> {
  const openpgp = await import("openpgp");
  const keys = await readKeyring(keyring);
  const { signatures } = await openpgp.verify({
    message,
    ...(signature !== undefined && { signature }),
    verificationKeys: keys,
  });
  return firstValid(signatures, keys);
}

async function firstValid(
  signatures: VerifyMessageResult["signatures"],
  keys: readonly Key[],
): Promise<Signer> {
  let failure: unknown = new Error("there is no signature");
  for (const { keyID, verified, signature: made } of signatures) {
    try {
      await verified;
      const key = keys.find((each) => each.getKeyIDs().some((id) => id.equals(keyID)));
      const created = (await made).packets[0]?.created ?? undefined;
      return { keyId: keyID.toHex(), userIds: key?.getUserIDs() ?? [], created };
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function readKeyring(keyring: Uint8Array): Promise<Key[]> {
  const { readKeys } = await import("openpgp");
  // There is a block for each key where somebody has put armored ones together, of which `readKeys` reads the first.
  const blocks = decodeText(keyring).match(ARMORED_KEYS);
  try {
    if (blocks === null) return await readKeys({ binaryKeys: new Uint8Array(keyring) });
    return (await Promise.all(blocks.map((block) => readKeys({ armoredKeys: block })))).flat();
  } catch (error) {
    const hint = "public keys as `gpg --export` writes them were expected";
    throw new MalformedError(`the keyring cannot be read: ${hint}`, error);
  }
}

const ARMORED_KEYS = /^-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[^]*?^-----END PGP \1 KEY BLOCK-----/gm;

function explain(name: string, error: unknown): unknown {
  if (error instanceof PackageError) return error;
  return new SignatureError(`the signature of ${name} is not valid: ${(error as Error).message}`, error);
}
