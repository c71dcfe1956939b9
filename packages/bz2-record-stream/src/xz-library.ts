import { createRequire } from "node:module";
import type * as xzDecompress from "xz-decompress";

type XzLibrary = Pick<typeof xzDecompress, "XzReadableStream">;

/** One that no stream uses. There may be memory in it for the dictionary of the last, so no more than one is kept. */
let idle: XzLibrary | undefined;
let isImported = false;

/**
 * Takes a library for one stream. xz-decompress lets a second stream wait until the first has ended, which it never will where
 * one input is opened in the middle of another; so the second one gets a library of its own.
 */
export async function takeXzLibrary(): Promise<XzLibrary> {
  const library = idle;
  idle = undefined;
  if (library !== undefined) return library;
  if (isImported) return loadAnew();
  isImported = true;
  return (await import("xz-decompress")).default;
}

/** Gives a library back when its stream has ended, for the next one. */
export function giveBackXzLibrary(library: XzLibrary): void {
  idle = library;
}

function loadAnew(): XzLibrary {
  const require = createRequire(import.meta.url);
  const path = require.resolve("xz-decompress");
  const shared = require.cache[path];
  delete require.cache[path];
  try {
    return require(path) as XzLibrary;
  } finally {
    if (shared === undefined) delete require.cache[path];
    else require.cache[path] = shared;
  }
}
