import { findVerb, type PlainCommand, verbs } from "../cli.ts";
import { FatalError } from "../fatal-error.ts";
import { help } from "../report/help.ts";
import { suggest } from "../report/suggest.ts";

/** Shows help on everything, or on one verb. */
export const showHelp: PlainCommand = ({ output }, [word]) => {
  const verb = word === undefined ? undefined : findVerb(word);
  if (word !== undefined && verb === undefined) {
    const names = verbs.flatMap(({ name, hidden }) => (hidden === true ? [] : [name]));
    const meant = suggest(word, names);
    throw new FatalError(`there is no verb ${word}${meant === undefined ? "" : `; did you mean ${meant}?`}`);
  }
  output.out(help(verb));
  return 0;
};
