import { findInstalled, findRemote } from "../catalogue/lookup.ts";
import { packageFacts } from "../catalogue/package-facts.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import { packageInfo } from "../report/package-info.ts";

/** Shows all that is known of packages, in the repositories and installed. */
export const info: Command = (context, args) => {
  const { db, options, output } = context;
  const found = args.map((word) => ({ word, remote: findRemote(db, word), local: findInstalled(db, word) }));
  const missing = found.filter(({ remote, local }) => remote === undefined && local === undefined);
  const known = found.filter((each) => !missing.includes(each)).map((each) => packageFacts(context, each));
  if (options.json) output.json(known.map(({ fields, ...rest }) => ({ ...fields, ...rest })));
  else output.out(known.map(packageInfo).join("\n"));
  for (const { word } of missing) {
    output.err(`${word} is not available in the repository\n`);
    suggestRemote(context, word);
  }
  return missing.length > 0 ? 1 : 0;
};
