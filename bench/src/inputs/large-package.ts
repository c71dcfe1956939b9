import { existsSync } from "node:fs";
import { join } from "node:path";
import { createPackage, type SampleFile } from "sample-repository";
import type { Inputs } from "./inputs.ts";

/** As compressible as programs are. */
const RANDOM = 0.3;

/** How large a package is. */
export interface PackageSize {
  /** Of all files together as installed, in MB. */
  readonly megabytes: number;
  /** Default: one. */
  readonly files?: number;
}

/**
 * Builds a package of a size, once.
 *
 * @returns the path of the file, in a directory of its own
 */
export async function largePackage(inputs: Inputs, { megabytes, files = 1 }: PackageSize): Promise<string> {
  const name = `${megabytes}mb-${files}`;
  const directory = inputs.directory(name);
  const path = join(directory, `${name}-1.0.tgz`);
  if (existsSync(path)) return path;
  const all: Record<string, SampleFile> = {};
  for (let number = 0; number < files; number++) {
    const folder = String(number % 100).padStart(2, "0");
    all[`share/${name}/${folder}/${number}`] = {
      size: Math.floor((megabytes * 1e6) / files),
      random: RANDOM,
      seed: number + 1,
    };
  }
  await createPackage(directory, { pkgname: `${name}-1.0`, files: all });
  return path;
}
