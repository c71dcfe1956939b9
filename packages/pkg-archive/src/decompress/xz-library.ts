import { createRequire } from "node:module";
import type * as xzDecompress from "xz-decompress";

type XzLibrary = typeof xzDecompress;

const require = createRequire(import.meta.url);
/** Those that nobody uses now. */
const free: XzLibrary[] = [];

/**
 * Takes a decoder for one stream. xz-decompress lets a second stream wait until the first has ended, which it never will where
 * one package is opened in the middle of another; so the second one gets a library of its own.
 */
export function takeXzLibrary(): XzLibrary {
  return free.pop() ?? loadAnew();
}

/** Gives a decoder back when its stream has ended, for the next one. */
export function giveBackXzLibrary(library: XzLibrary): void {
  free.push(library);
}

function loadAnew(): XzLibrary {
  const path = require.resolve("xz-decompress");
  const shared = require.cache[path];
  delete require.cache[path];
  try {
    return require("xz-decompress") as XzLibrary;
  } finally {
    if (shared === undefined) delete require.cache[path];
    else require.cache[path] = shared;
  }
}
