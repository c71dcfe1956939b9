import { RegexpError } from "../catalogue/extended-regexp.ts";
import { searchPackages } from "../catalogue/search-packages.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import { type Sign, signOf } from "../catalogue/sign.ts";
import type { RemotePackage } from "summary-to-sqlite";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { remoteJson } from "../report/package-json.ts";
import { signedLine } from "../report/package-line.ts";
import { printable } from "../report/printable.ts";

const LEGEND =
  "\n=: package is installed and up-to-date\n" +
  "<: package is installed but newer version is available\n" +
  ">: installed package has a greater version than available package\n";

interface Hit {
  readonly remote: RemotePackage;
  readonly sign: Sign;
  /** The description's line with the first match, where that is not in the name or comment. */
  readonly excerpt?: string | undefined;
}

/** Lists what is available and matches a regular expression, with how it stands to what is installed. */
export const search: Command = async (context, args) => {
  if (context.options.fullText) return searchText(context, args.join(" "));
  const { db } = context;
  const [wanted = ""] = args;
  const found = find(db, wanted);
  return show(
    context,
    wanted,
    found.map((remote) => ({ remote, sign: signOf(db, remote) })),
  );
};

/** Lists what has all of some words in its name, comment and description, the best match first. */
async function searchText(context: Context, words: string): Promise<number> {
  const { db } = context;
  const { excerptOf, highlighter } = await import("../report/highlight.ts");
  const hits = db.searchText(words).map(({ remote }) => {
    const shown = `${remote.fullName} ${remote.comment ?? ""}`;
    const excerpt = excerptOf(db.remoteDescription(remote.id) ?? "", words, shown);
    return { remote, sign: signOf(db, remote), excerpt };
  });
  return show(context, words, hits, highlighter(words, context));
}

function show(
  context: Context,
  wanted: string,
  hits: readonly Hit[],
  highlight: (text: string) => string = printable,
): number {
  const { options, output } = context;
  if (options.json)
    output.json(hits.map(({ remote, sign, excerpt }) => ({ ...remoteJson(remote), sign, excerpt })));
  if (hits.length === 0) {
    output.out(`No results found for ${wanted}\n`);
    suggestRemote(context, wanted);
    return 1;
  }
  if (options.json) return 0;
  for (const { remote, sign, excerpt } of hits) {
    output.draw(highlight(signedLine(remote, sign, options)));
    if (excerpt !== undefined && !options.parsable) output.draw(`    ${highlight(excerpt)}\n`);
  }
  output.out(LEGEND);
  return 0;
}

function find(db: Context["db"], wanted: string): readonly RemotePackage[] {
  try {
    return searchPackages(db, wanted);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw new FatalError(`regcomp: ${wanted}: ${error.message}`, { cause: error });
  }
}
