import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { openPackage, PackageError, parseVariables, readFileChunks, summaryRecord } from "pkg-archive";
import { splitName } from "pkg-pattern";
import type { RemotePackage } from "summary-to-sqlite";
import { FatalError } from "../fatal-error.ts";
import type { FilePackage } from "../plan/file-resolver.ts";
import { systemReason } from "../system-reason.ts";
import { digestOf } from "../transaction/cache.ts";

/**
 * Reads what a package file says of itself, as if its directory were a repository.
 *
 * @param path absolute
 * @param id a number that no row of the catalogue has
 * @throws FatalError for a file that is no package
 */
export async function readPackageFile(path: string, id: number): Promise<FilePackage> {
  try {
    const { size } = statSync(path);
    const reader = await openPackage(readFileChunks(path));
    try {
      const facts = { name: basename(path), size, cksum: `sha512 ${await digestOf(path, "sha512")}` };
      const text = summaryRecord(reader.metadata, facts);
      return { remote: toRemote(text, { path, id }), depends: reader.packingList.dependencies };
    } finally {
      await reader.close();
    }
  } catch (error) {
    const isSystems = (error as NodeJS.ErrnoException).syscall !== undefined;
    if (!isSystems && !(error instanceof PackageError)) throw error;
    throw new FatalError(`${path}: ${isSystems ? systemReason(error) : (error as Error).message}`, {
      cause: error,
    });
  }
}

function toRemote(record: string, { path, id }: { path: string; id: number }): RemotePackage {
  const variables = parseVariables(record);
  const text = (name: string) => variables.get(name)?.[0];
  const size = (name: string) => (/^\d{1,18}$/.test(text(name) ?? "") ? BigInt(text(name) ?? "") : undefined);
  const fullName = text("PKGNAME") ?? "";
  const { base: name, version = "" } = splitName(fullName);
  return {
    id,
    fullName,
    name,
    version,
    comment: text("COMMENT"),
    pkgPath: text("PKGPATH"),
    buildDate: text("BUILD_DATE"),
    license: text("LICENSE"),
    homepage: text("HOMEPAGE"),
    pkgOptions: text("PKG_OPTIONS"),
    categories: text("CATEGORIES"),
    opsys: text("OPSYS"),
    osVersion: text("OS_VERSION"),
    machineArch: text("MACHINE_ARCH"),
    pkgtoolsVersion: text("PKGTOOLS_VERSION"),
    prevPkgPath: text("PREV_PKGPATH"),
    fileName: basename(path),
    fileCksum: text("FILE_CKSUM"),
    sizePkg: size("SIZE_PKG"),
    fileSize: size("FILE_SIZE"),
    repository: pathToFileURL(dirname(path)).href,
  };
}
