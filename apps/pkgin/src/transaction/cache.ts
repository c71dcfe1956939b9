import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { redactUrl } from "fetch-to-fd";
import { readFileChunks } from "pkg-archive";
import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";

/** What a file system takes, in bytes, less what the name of the file has that notes how far a download has come. */
const LONGEST_NAME = 255 - ".tgz.part.json".length;
/** So much of a name that is none is shown. */
const SHOWN = 60;

/** The file in the cache that a package is downloaded to. */
export function cachedFile({ locations }: Context, { fullName }: Pick<RemotePackage, "fullName">): string {
  // The name comes from afar and must not lead out of the cache.
  if (/^\.|[/\p{Cc}\p{Cs}]/u.test(fullName) || Buffer.byteLength(fullName) > LONGEST_NAME) {
    const shown = fullName.length > SHOWN ? `${fullName.slice(0, SHOWN)}...` : fullName;
    throw new FatalError(`${JSON.stringify(shown)} is no name of a package`);
  }
  return join(locations.cache, `${fullName}.tgz`);
}

/** The URL that a package is fetched from. */
export function packageUrl({ repository, fileName, fullName }: RemotePackage): string {
  const name = fileName ?? `${fullName}.tgz`;
  if (/(?:^|\/)\.\.(?:\/|$)|\p{Cs}/u.test(name)) {
    const found = JSON.stringify(name);
    throw new FatalError(
      `${fullName}: a package file below ${redactUrl(repository)} was expected, found ${found}`,
    );
  }
  return `${repository}/${encodeURI(name).replaceAll(/[?#]/g, encodeURIComponent)}`;
}

/** Whether the cache holds just this build of a package, undamaged. */
export async function isCached(context: Context, remote: RemotePackage): Promise<boolean> {
  const file = cachedFile(context, remote);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || BigInt(found.size) !== remote.fileSize) return false;
  const expected = await context.integrity.expected(remote);
  for (const [algorithm, hex] of Object.entries(expected?.digests ?? {})) {
    if ((await digestOf(file, algorithm)) !== hex) return false;
  }
  const backend = await context.backend();
  if ((await backend.buildDate(file)) !== remote.buildDate) return false;
  return (await context.integrity.refusal(remote, file)) === undefined;
}

/** The digest of a file in hexadecimal. */
export async function digestOf(file: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of readFileChunks(file)) hash.update(chunk);
  return hash.digest("hex");
}
