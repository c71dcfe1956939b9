import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import type { Digests } from "fetch-to-fd";
import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";

const ALGORITHMS: ReadonlySet<string> = new Set(["md5", "sha1", "sha256", "sha512"]);

/** The file in the cache that a package is downloaded to. */
export function cachedFile({ locations }: Context, { fullName }: Pick<RemotePackage, "fullName">): string {
  // The name comes from afar and must not lead out of the cache.
  if (/[/\0]/.test(fullName) || fullName.startsWith(".")) {
    throw new FatalError(`${JSON.stringify(fullName)} is no name of a package`);
  }
  return join(locations.cache, `${fullName}.tgz`);
}

/** The URL that a package is fetched from. */
export function packageUrl({ repository, fileName, fullName }: RemotePackage): string {
  return `${repository}/${encodeURI(fileName ?? `${fullName}.tgz`).replaceAll(/[?#]/g, encodeURIComponent)}`;
}

/** The digest that the summary tells of the file, where it tells one of a kind that is known. */
export function expectedDigests({ fileCksum }: RemotePackage): Digests {
  const [algorithm = "", hex = ""] = (fileCksum ?? "").trim().toLowerCase().split(/\s+/);
  return ALGORITHMS.has(algorithm) ? { [algorithm]: hex } : {};
}

/** Whether the cache holds just this build of a package, undamaged. */
export async function isCached(context: Context, remote: RemotePackage): Promise<boolean> {
  const file = cachedFile(context, remote);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || BigInt(found.size) !== remote.fileSize) return false;
  for (const [algorithm, hex] of Object.entries(expectedDigests(remote))) {
    if ((await digestOf(file, algorithm)) !== hex) return false;
  }
  const backend = await context.backend();
  return (await backend.buildDate(file)) === remote.buildDate;
}

/** The digest of a file in hexadecimal. */
export async function digestOf(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest("hex");
}
