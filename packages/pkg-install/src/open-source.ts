import { openPackage, type PackageReader } from "pkg-archive";
import { abortable } from "./abortable.ts";

/** The bytes of a package, or a reader of it, whose own source must end when a signal is to stop it. */
export type PackageSource = AsyncIterable<Uint8Array> | PackageReader;

/** Opens a package for installing it: its metadata is read, its files are not yet. */
export async function openSource(
  source: PackageSource,
  signal: AbortSignal | undefined,
): Promise<PackageReader> {
  if ("metadata" in source) return source;
  return await openPackage(signal === undefined ? source : abortable(source, signal));
}
