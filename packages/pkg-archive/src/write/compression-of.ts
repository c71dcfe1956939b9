import type { Compression } from "./compress.ts";

const SUFFIXES: readonly (readonly [RegExp, Compression])[] = [
  [/\.(?:tgz|tar\.gz)$/, "gzip"],
  [/\.(?:tbz|tbz2|tar\.bz2)$/, "bzip2"],
  [/\.(?:txz|tar\.xz)$/, "xz"],
  [/\.(?:tzst|tar\.zst)$/, "zstd"],
  [/\.tar$/, "none"],
];

/** Tells from a package file's name what it is compressed with; undefined for a name that no package has. */
export function compressionOf(name: string): Compression | undefined {
  return SUFFIXES.find(([suffix]) => suffix.test(name))?.[1];
}
