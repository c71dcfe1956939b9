import { openPackage, type PackageReader } from "pkg-archive";

/** The bytes of a package, or a reader of it. */
export type PackageSource = AsyncIterable<Uint8Array> | PackageReader;

/** Opens a package for installing it: its metadata is read, its files are not yet. */
export async function openSource(source: PackageSource): Promise<PackageReader> {
  return "metadata" in source ? source : await openPackage(source);
}
