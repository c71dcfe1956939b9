import { ByteSource } from "../byte-source.ts";
import { MalformedError } from "../errors.ts";
import { parsePackingList } from "../packing-list/parse-packing-list.ts";
import type { PackingList } from "../packing-list/packing-list.ts";
import { isSigned, type PackageSignature, readSigned } from "../signature/signed-package.ts";
import { decodeText } from "bz2-record-stream";
import { openArchive } from "./open-archive.ts";
import { readMetadata } from "./metadata.ts";
import type { PackageFile } from "./package-file.ts";
import { packageFiles } from "./package-files.ts";

/** What a package is held to while it is read. */
export interface OpenOptions {
  /** The most bytes that all metadata may have together. Default: 32 MiB, of which nobody has used a tenth. */
  readonly maxMetadata?: number | undefined;
}

/** A package that is being read: the metadata is there, the files come when they are asked for. */
export interface PackageReader {
  /** The metadata files in their order, by their names with `+`. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly packingList: PackingList;
  /** The signature of a signed package, for `verifySignature`; who signed is for the caller to decide before the files. */
  readonly signature: PackageSignature | undefined;
  /** The files in the order of the packing list, once; only when the loop has ended well has the whole package been good. */
  readonly files: AsyncIterable<PackageFile>;
  /** Lets go of the source; to be called in any case. */
  close(): Promise<void>;
}

const MAX_METADATA = 32 * 1024 * 1024;

/**
 * Opens a package that comes as bytes, in one pass and with memory that does not grow with its size. What the source throws
 * comes out as it is.
 *
 * @throws MalformedError for something that is no package, or not as one must be; DamagedError for a package that was cut or
 *   changed on its way; DigestError for a bad block of a signed one; LimitError for too much metadata
 */
export async function openPackage(
  bytes: AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<PackageReader> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0).toReversed()) await each.close();
  };
  const source = new ByteSource(bytes);
  opened.push(source);
  try {
    const signed = (await isSigned(source)) ? await readSigned(source) : undefined;
    const inner = signed === undefined ? source : new ByteSource(signed.bytes);
    if (signed !== undefined) opened.push(inner);
    const entries = await openArchive(inner);
    opened.push(entries);
    const { metadata, next } = await readMetadata(entries, options.maxMetadata ?? MAX_METADATA);
    const packingList = parsePackingList(decodeText(metadata.get("+CONTENTS") ?? new Uint8Array(0)));
    if (signed !== undefined) expectSameName(packingList, signed.signature);
    const files = packageFiles(entries, packingList, next);
    return { metadata, packingList, signature: signed?.signature, files, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function expectSameName({ pkgname }: PackingList, { hash }: PackageSignature): void {
  if (pkgname !== hash.pkgname)
    throw new MalformedError(
      `the package was signed as ${hash.pkgname}, but its packing list says ${pkgname}`,
    );
}
