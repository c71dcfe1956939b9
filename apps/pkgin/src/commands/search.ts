import { extendedRegexp, RegexpError } from "../catalogue/extended-regexp.ts";
import { signOf } from "../catalogue/sign.ts";
import type { Command } from "../cli.ts";
import { FatalError } from "../fatal-error.ts";
import { signedLine } from "../report/package-line.ts";

const LEGEND =
  "\n=: package is installed and up-to-date\n" +
  "<: package is installed but newer version is available\n" +
  ">: installed package has a greater version than available package\n";

/** Lists what is available and matches a regular expression, with how it stands to what is installed. */
export const search: Command = ({ db, options, output }, [wanted = ""]) => {
  const pattern = compile(wanted);
  const found = db.searchRemote((text) => pattern.test(text));
  if (found.length === 0) {
    output.out(`No results found for ${wanted}\n`);
    return 1;
  }
  for (const entry of found) output.out(signedLine(entry, signOf(db, entry), options));
  output.out(LEGEND);
  return 0;
};

function compile(wanted: string): RegExp {
  try {
    return extendedRegexp(wanted);
  } catch (error) {
    if (!(error instanceof RegexpError)) throw error;
    throw new FatalError(`regcomp: ${wanted}: ${error.message}`, { cause: error });
  }
}
