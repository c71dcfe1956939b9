import type { Context } from "../context.ts";
import { readLines, withoutNote } from "./edit-lines.ts";
import type { Host } from "./host.ts";
import { expandRepository } from "./repositories-file.ts";

const MIRROR_LINE = /^mirror\s+(\S+)\s+(\S+)\s*$/;

/** For the URL of a repository the URLs of others that have the same, in order. */
export type Mirrors = ReadonlyMap<string, readonly string[]>;

/**
 * Reads from repositories.conf which repositories have mirrors: lines `mirror REPOSITORY URL`, which other programs see as no
 * repository and skip.
 */
export function readMirrors(file: string, host: Host): Mirrors {
  const mirrors = new Map<string, string[]>();
  for (const line of readLines(file)) {
    const [, of, url] = MIRROR_LINE.exec(withoutNote(line)) ?? [];
    if (of === undefined || url === undefined) continue;
    const repository = expandRepository(of, host);
    mirrors.set(repository, [...(mirrors.get(repository) ?? []), expandRepository(url, host)]);
  }
  return mirrors;
}

/** Where else a file of a repository may be had. */
export function mirrorsOf({ mirrors }: Pick<Context, "mirrors">, repository: string, url: string): string[] {
  return (mirrors.get(repository) ?? []).map((mirror) => mirror + url.slice(repository.length));
}
