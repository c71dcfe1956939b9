import { existsSync } from "node:fs";
import { join } from "node:path";
import { createPackage, type SampleFile } from "sample-repository";
import type { Inputs } from "./inputs.ts";

/** The size of the package in bytes, as installed. */
const SIZE = 262_000_000;
/** As compressible as programs are. */
const RANDOM = 0.3;

const layouts = { "one-file": 1, "many-files": 20_000 } as const;

/** How the bytes of the package are spread. */
export type Layout = keyof typeof layouts;

/**
 * Builds a package of 262 MB.
 *
 * @returns the path of the file, in a directory of its own
 */
export async function largePackage(inputs: Inputs, layout: Layout): Promise<string> {
  const directory = inputs.directory(layout);
  const path = join(directory, `${layout}-1.0.tgz`);
  if (existsSync(path)) return path;
  const count = layouts[layout];
  const files: Record<string, SampleFile> = {};
  for (let number = 0; number < count; number++) {
    const folder = String(number % 100).padStart(2, "0");
    files[`share/${layout}/${folder}/${number}`] = {
      size: Math.floor(SIZE / count),
      random: RANDOM,
      seed: number + 1,
    };
  }
  await createPackage(directory, { pkgname: `${layout}-1.0`, files });
  return path;
}
