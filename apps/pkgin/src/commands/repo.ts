import { redactUrl } from "fetch-to-fd";
import type { PlainCommand } from "../cli.ts";
import { editLines } from "../config/edit-lines.ts";
import { repositoryGuide } from "../config/repository-guide.ts";
import {
  type ConfiguredRepository,
  disabledLine,
  expandRepository,
  listRepositories,
  parseRepositoryLine,
} from "../config/repositories-file.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";

/** Lists the repositories of the configuration file, and changes which there are. */
export const repo: PlainCommand = (setting, [action = "list", ...args]) => {
  switch (action) {
    case "list":
      return list(setting);
    case "add":
      return each(setting, args, add);
    case "remove":
      return each(setting, args, remove);
    case "enable":
      return each(setting, args, enable);
    case "disable":
      return each(setting, args, disable);
    default:
      throw new FatalError(
        `repo: list, add, remove, enable or disable was expected, found ${JSON.stringify(action)}`,
      );
  }
};

function list({ environment, host, locations, options, output }: Setting): number {
  const override = environment["PKG_REPOS"];
  const found = listRepositories(locations.repositoriesFile, host);
  if (options.json) {
    output.json(
      found.map(({ url, isEnabled }) => ({ url: shown(url), enabled: isEnabled && override === undefined })),
    );
    return 0;
  }
  for (const [index, { url, isEnabled }] of found.entries()) {
    output.out(`${String(index + 1).padStart(2)} ${isEnabled ? "enabled " : "disabled"} ${shown(url)}\n`);
  }
  if (override !== undefined)
    output.err(
      `PKG_REPOS goes before all of these: ${wordsOf(override).map(shown).join(" ") || "it is empty"}\n`,
    );
  else if (!found.some(({ isEnabled }) => isEnabled)) output.err(repositoryGuide(locations, host));
  return 0;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Without a password. */
function shown(url: string): string {
  return URL.canParse(url) ? redactUrl(url) : url;
}

/** Finds out what a word means, then changes it; says what was changed. */
type Change = (setting: Setting, word: string) => () => string;

/** All words are understood before anything is changed, as numbers in the list are others afterwards. */
function each(setting: Setting, args: readonly string[], change: Change): number {
  if (args.length === 0) throw new FatalError("missing repository URL");
  const { environment, options, output } = setting;
  for (const make of args.map((word) => change(setting, word))) output.out(`${make()}\n`);
  // What has come of it is the list as it is now.
  if (options.json) return list(setting);
  if (environment["PKG_REPOS"] !== undefined)
    output.err("PKG_REPOS is set and goes before what the file says\n");
  return 0;
}

function add({ host, locations }: Setting, word: string): () => string {
  const url = expandRepository(word, host);
  if (!URL.canParse(url) || !/^(?:https?|ftp|file):$/.test(new URL(url).protocol))
    throw new FatalError(
      `repo add: a URL that begins with https://, http://, ftp:// or file:// was expected, found ${JSON.stringify(word)}`,
    );
  return () => {
    const present = listRepositories(locations.repositoriesFile, host).find((entry) => entry.url === url);
    if (present !== undefined)
      return present.isEnabled ? `${shown(url)} is there already` : enabled(locations, host, present);
    editLines(locations.repositoriesFile, (lines) => [...lines, word]);
    return `added ${shown(url)}`;
  };
}

function enabled(
  { repositoriesFile }: Setting["locations"],
  host: Setting["host"],
  { url }: ConfiguredRepository,
): string {
  replaceLine(repositoriesFile, host, url, (text) => [text]);
  return `enabled ${shown(url)}`;
}

function remove({ host, locations }: Setting, word: string): () => string {
  const { url } = find(locations.repositoriesFile, host, word);
  return () => {
    replaceLine(locations.repositoriesFile, host, url, () => []);
    return `removed ${shown(url)}`;
  };
}

function enable({ host, locations }: Setting, word: string): () => string {
  const found = find(locations.repositoriesFile, host, word);
  return () => enabled(locations, host, found);
}

function disable({ host, locations }: Setting, word: string): () => string {
  const { url } = find(locations.repositoriesFile, host, word);
  return () => {
    replaceLine(locations.repositoriesFile, host, url, (text) => [disabledLine(text)]);
    return `disabled ${shown(url)}`;
  };
}

/** A repository is named by its URL, or by its number in the list. */
function find(file: string, host: Setting["host"], word: string): ConfiguredRepository {
  const all = listRepositories(file, host);
  const found = all[Number(word) - 1] ?? all.find(({ url }) => url === expandRepository(word, host));
  if (found !== undefined) return found;
  throw new FatalError(`${word} is no repository of ${file}; pkgin repo list shows those that are there`);
}

/** @param change gets the repository as it is written, without what disables it */
function replaceLine(
  file: string,
  host: Setting["host"],
  url: string,
  change: (text: string) => readonly string[],
): void {
  editLines(file, (lines) =>
    lines.flatMap((line) => {
      const parsed = parseRepositoryLine(line);
      return parsed !== undefined && expandRepository(parsed.url, host) === url ? change(parsed.text) : line;
    }),
  );
}
