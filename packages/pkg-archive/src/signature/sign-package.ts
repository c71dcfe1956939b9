import { createHash } from "node:crypto";
import { readFileChunks } from "../read-file-chunks.ts";
import { SignatureError } from "../errors.ts";
import { decodeText, encodeText } from "bz2-record-stream";
import { AR_MAGIC, arHeader, arPadding } from "./ar.ts";
import { isArmored } from "./is-armored.ts";
import { formatPackageHash } from "./package-hash.ts";

/** How a package is signed. */
export interface SignOptions {
  /** Full name of the package. */
  readonly pkgname: string;
  /** An OpenPGP private key, as `gpg --export-secret-keys` writes it, with `--armor` or without. */
  readonly privateKey: Uint8Array;
  /** What the key is locked with, if it is. */
  readonly passphrase?: string | undefined;
  /** When it was signed. Default: now. */
  readonly date?: Date | undefined;
  /** Ends the signing, which throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What the tools of pkgsrc use, in bytes. */
const BLOCK_SIZE = 64 * 1024;

/**
 * Makes a signed package out of a plain one, as bytes. The file is read twice: its digests come before it.
 *
 * @throws SignatureError out of the iteration for a key that cannot be used
 */
export async function* signPackage(path: string, options: SignOptions): AsyncGenerator<Uint8Array> {
  const { pkgname, signal } = options;
  const { size, digests } = await digestBlocks(path, signal);
  const hash = encodeText(formatPackageHash({ pkgname, blockSize: BLOCK_SIZE, fileSize: size, digests }));
  yield Buffer.from(AR_MAGIC);
  yield member("+PKG_HASH", hash);
  yield member("+PKG_GPG_SIGNATURE", Buffer.from(await sign(hash, options)));
  const name = `${pkgname}.tgz`;
  yield arHeader(name, size);
  for await (const block of readFileChunks(path, BLOCK_SIZE)) {
    signal?.throwIfAborted();
    yield block;
  }
  yield arPadding(name, size);
}

function member(name: string, data: Buffer): Buffer {
  return Buffer.concat([arHeader(name, data.length), data, arPadding(name, data.length)]);
}

async function digestBlocks(
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ size: number; digests: string }> {
  let size = 0;
  let digests = "";
  for await (const block of readFileChunks(path, BLOCK_SIZE)) {
    signal?.throwIfAborted();
    size += block.length;
    digests += createHash("sha512").update(block).digest("hex");
  }
  return { size, digests };
}

async function sign(signed: Uint8Array, { privateKey, passphrase, date }: SignOptions): Promise<string> {
  const openpgp = await import("openpgp");
  try {
    const key = await (isArmored(privateKey)
      ? openpgp.readPrivateKey({ armoredKey: decodeText(privateKey) })
      : openpgp.readPrivateKey({ binaryKey: new Uint8Array(privateKey) }));
    const isLocked = !key.isDecrypted();
    if (isLocked && passphrase === undefined)
      throw new Error("it is locked with a passphrase, and none was given");
    return await openpgp.sign({
      message: await openpgp.createMessage({ binary: signed }),
      signingKeys: isLocked
        ? await openpgp.decryptKey({ privateKey: key, passphrase: passphrase ?? "" })
        : key,
      detached: true,
      format: "armored",
      ...(date !== undefined && { date }),
      // Without random bits the same input gives the same signature, as far as the key's algorithm does.
      config: { nonDeterministicSignaturesViaNotation: false },
    });
  } catch (error) {
    throw new SignatureError(
      `the package cannot be signed with this key: ${(error as Error).message}`,
      error,
    );
  }
}
