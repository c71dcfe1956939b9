import type { Host } from "./host.ts";
import { readLines, withoutNote } from "./edit-lines.ts";

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
    const url = expandRepository(parsed.url, host);
    if (!found.has(url)) found.set(url, { url, isEnabled: parsed.isEnabled });
  }
  return [...found.values()];
}

/** A line that is about a repository. */
export interface RepositoryLine {
  /** As it is written there. */
  readonly url: string;
  /** The URL with what stands behind it. */
  readonly text: string;
  readonly isEnabled: boolean;
}

/**
 * Takes a line apart; only one that begins with a URL is a repository, and one that `repo disable` has put aside. Behind the
 * URL there may be a note.
 */
export function parseRepositoryLine(line: string): RepositoryLine | undefined {
  const isEnabled = !line.startsWith(DISABLED);
  const text = (isEnabled ? line : line.slice(DISABLED.length)).trimEnd();
  return REPOSITORY_LINE.test(text) ? { url: withoutNote(text), text, isEnabled } : undefined;
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
