import type { Host } from "./host.ts";
import { readLines } from "./edit-lines.ts";

const REPOSITORY_LINE = /^(?:https?|ftp|file):\/\//;
/** What stands before a repository that is not used; other programs see a line that is no URL, and skip it. */
const DISABLED = "#disabled ";

/** A repository of repositories.conf. */
export interface ConfiguredRepository {
  readonly url: string;
  readonly isEnabled: boolean;
}

/** The repositories of a file, the most wanted first, each once; with those that are disabled. */
export function listRepositories(file: string, host: Host): readonly ConfiguredRepository[] {
  const found = new Map<string, ConfiguredRepository>();
  for (const line of readLines(file)) {
    const parsed = parseRepositoryLine(line);
    if (parsed === undefined) continue;
    const url = expandRepository(parsed.text, host);
    if (!found.has(url)) found.set(url, { url, isEnabled: parsed.isEnabled });
  }
  return [...found.values()];
}

/** Takes a line apart; only one that begins with a URL is a repository, and one that `repo disable` has put aside. */
export function parseRepositoryLine(line: string): { text: string; isEnabled: boolean } | undefined {
  const isEnabled = !line.startsWith(DISABLED);
  const text = (isEnabled ? line : line.slice(DISABLED.length)).trimEnd();
  return REPOSITORY_LINE.test(text) ? { text, isEnabled } : undefined;
}

/** The line of a repository that is not used. */
export function disabledLine(text: string): string {
  return DISABLED + text;
}

/** Puts this machine's values in the place of `$arch` and `$osrelease`, and takes slashes from the end. */
export function expandRepository(url: string, { machineArch, osVersion }: Host): string {
  const release = /^[\d.]*/.exec(osVersion)?.[0] ?? "";
  return url.replaceAll("$arch", machineArch).replaceAll("$osrelease", release).replace(/\/+$/, "");
}
