import { createHash } from "node:crypto";
import type { ByteSource } from "../byte-source.ts";
import { DamagedError, DigestError, MalformedError } from "../errors.ts";
import { type ArMember, AR_MAGIC, readArData, readArMember } from "./ar.ts";
import { DIGEST_DIGITS, type PackageHash, parsePackageHash } from "./package-hash.ts";

/** The signature of a package; that its blocks are as `hash` says is checked while they are read. */
export interface PackageSignature {
  /** OpenPGP, detached and armoured; or PKCS#7 in PEM form. */
  readonly kind: "openpgp" | "pkcs7";
  readonly signature: Uint8Array;
  /** The bytes of `+PKG_HASH`, which the signature is over. */
  readonly signed: Uint8Array;
  readonly hash: PackageHash;
}

/** A signed package of which the signature has been read, but not yet the package. */
export interface SignedPackage {
  readonly signature: PackageSignature;
  /** The package inside; a bad block throws before its bytes are given. Each chunk uses the same memory. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

const KINDS: ReadonlyMap<string, PackageSignature["kind"]> = new Map([
  ["+PKG_GPG_SIGNATURE", "openpgp"],
  ["+PKG_SIGNATURE", "pkcs7"],
]);
/** Enough for the digests of 8 GiB in blocks of the usual size. */
const LARGEST_HASH = 16 * 1024 * 1024;
const LARGEST_SIGNATURE = 1024 * 1024;

/** Whether a package is a signed one. */
export async function isSigned(source: ByteSource): Promise<boolean> {
  const first = await source.peek(AR_MAGIC.length);
  return Buffer.from(first.subarray(0, AR_MAGIC.length)).toString("latin1") === AR_MAGIC;
}

/**
 * Reads the start of a signed package: its hash and its signature.
 *
 * @throws MalformedError for members that are missing, or not as they must be
 */
export async function readSigned(source: ByteSource): Promise<SignedPackage> {
  await source.read(AR_MAGIC.length, "an ar archive");
  const hashMember = await nextMember(source);
  if (hashMember.name !== "+PKG_HASH") throw unexpected("+PKG_HASH", hashMember);
  const signed = await readArData(source, hashMember, LARGEST_HASH);
  const hash = parsePackageHash(signed);
  const member = await nextMember(source);
  const kind = KINDS.get(member.name);
  if (kind === undefined) throw unexpected([...KINDS.keys()].join(" or "), member);
  const signature = await readArData(source, member, LARGEST_SIGNATURE);
  const inner = await nextMember(source);
  if (inner.size !== hash.fileSize)
    throw new MalformedError(
      `${inner.name}: ${hash.fileSize} bytes were expected by +PKG_HASH, found ${inner.size}`,
    );
  return { signature: { kind, signature, signed, hash }, bytes: checkedBlocks(source, inner, hash) };
}

async function nextMember(source: ByteSource): Promise<ArMember> {
  for (;;) {
    const member = await readArMember(source);
    if (member.name !== "//") return member;
    await readArData(source, member, LARGEST_SIGNATURE);
  }
}

async function* checkedBlocks(
  source: ByteSource,
  inner: ArMember,
  hash: PackageHash,
): AsyncGenerator<Uint8Array> {
  const { pkgname, blockSize, fileSize, digests } = hash;
  const block = Buffer.allocUnsafe(Math.min(blockSize, fileSize));
  for (let start = 0; start < fileSize; start += blockSize) {
    const bytes = block.subarray(0, Math.min(blockSize, fileSize - start));
    if ((await source.fill(bytes)) < bytes.length)
      throw new DamagedError("the signed package ends too early");
    const found = createHash("sha512").update(bytes).digest("hex");
    const number = start / blockSize;
    const expected = digests.slice(number * DIGEST_DIGITS, (number + 1) * DIGEST_DIGITS);
    if (found !== expected)
      throw new DigestError(`block ${number + 1} of ${pkgname}`, `SHA512 ${expected}`, found);
    yield bytes;
  }
  const rest = await source.peek(inner.padding + 1);
  if (rest.length > inner.padding)
    throw new DamagedError(`something follows ${inner.name} in the signed package`);
}

function unexpected(expected: string, { name }: ArMember): MalformedError {
  return new MalformedError(
    `a signed package was expected to go on with ${expected}, found ${JSON.stringify(name)}`,
  );
}
