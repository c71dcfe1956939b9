import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type PackageSpec, openPackage, summaryRecord, writePackage } from "pkg-archive";
import { thisPlatform } from "test-support";
import { layOut } from "./lay-out.ts";
import type { SamplePackage } from "./sample-package.ts";

/** A package that was built. */
export interface CreatedPackage {
  /** Absolute. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Its record for pkg_summary, without the empty line that ends it. */
  readonly summary: string;
}

/**
 * Builds a package file, `PKGNAME.tgz` in a directory.
 *
 * What the sample leaves out is filled in: a package for this machine, below /usr/pkg, built on a certain day.
 */
export async function createPackage(directory: string, sample: SamplePackage): Promise<CreatedPackage> {
  const { files = { [`share/${sample.pkgname}`]: `${sample.pkgname}\n` }, ...given } = sample;
  const root = await mkdtemp(join(tmpdir(), "sample-package-"));
  const path = join(directory, `${sample.pkgname}.tgz`);
  try {
    await layOut(root, files);
    await mkdir(directory, { recursive: true });
    await pipeline(writePackage(completed(given, root)), createWriteStream(path));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return describe(path, `${sample.pkgname}.tgz`);
}

function completed(given: Omit<SamplePackage, "files">, root: string): PackageSpec {
  const base = given.pkgname.slice(0, given.pkgname.lastIndexOf("-"));
  return {
    prefix: "/usr/pkg",
    comment: `Sample package ${base}`,
    description: `This package shows how ${base} would be packaged.`,
    ...given,
    root,
    buildInfo: {
      ...thisPlatform(),
      BUILD_DATE: "2026-05-04 03:02:01 +0000",
      CATEGORIES: "misc",
      LICENSE: "isc",
      PKGPATH: `misc/${base}`,
      PKGTOOLS_VERSION: "20091115",
      ...given.buildInfo,
    },
  };
}

async function describe(path: string, name: string): Promise<CreatedPackage> {
  const { size } = await stat(path);
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const reader = await openPackage(createReadStream(path));
  try {
    const cksum = `sha512 ${hash.digest("hex")}`;
    return { path, size, summary: summaryRecord(reader.metadata, { name, size, cksum }) };
  } finally {
    await reader.close();
  }
}
