import { readFileSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";
import type { Host } from "./host.ts";

const REPOSITORY_LINE = /^(?:https?|ftp|file):\/\//;

/**
 * Lists the repositories to use, the most wanted first.
 *
 * `PKG_REPOS` (separated by blanks) takes the place of the file. `$arch` and `$osrelease` are replaced everywhere.
 *
 * @param file path of repositories.conf; only lines that start with a URL count
 * @throws FatalError when there is no repository, saying how to name one
 */
export function configuredRepositories(
  file: string,
  environment: NodeJS.ProcessEnv,
  host: Host,
): readonly string[] {
  const fromEnvironment = environment["PKG_REPOS"];
  const lines =
    fromEnvironment === undefined
      ? readLines(file).filter((line) => REPOSITORY_LINE.test(line))
      : fromEnvironment.split(/\s+/).filter((url) => url !== "");
  if (lines.length === 0) throw noRepositories(file, host);
  return withoutSlashes(lines.map((line) => expandVariables(line.trimEnd(), host)));
}

/** Takes slashes from the ends of URLs, and drops what is then there twice. */
export function withoutSlashes(urls: readonly string[]): readonly string[] {
  return [...new Set(urls.map((url) => url.replace(/\/+$/, "")))];
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new FatalError(`cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function expandVariables(url: string, host: Host): string {
  const release = /^[\d.]*/.exec(host.osVersion)?.[0] ?? "";
  return url.replaceAll("$arch", host.machineArch).replaceAll("$osrelease", release);
}

function noRepositories(file: string, host: Host): FatalError {
  return new FatalError(
    `${file} has no repositories or does not exist.\n` +
      "No PKG_REPOS variable to fallback to.\n" +
      "A repository is a directory of binary packages with a pkg_summary file, named by its URL. Write one a line\n" +
      `into ${file}, such as\n` +
      `    https://cdn.NetBSD.org/pub/pkgsrc/packages/${host.opsys}/${host.machineArch}/RELEASE/All\n` +
      "or name them in the environment variable PKG_REPOS, separated by blanks.",
  );
}
