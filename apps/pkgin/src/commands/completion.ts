import { existsSync } from "node:fs";
import { type Catalogue, openCatalogue } from "summary-to-sqlite";
import { type PlainCommand, verbs } from "../cli.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { completion, SHELLS } from "../report/completion/completion.ts";

/** Writes completion for a shell; or names for it to offer, which is what that asks for. */
export const complete: PlainCommand = (setting, [wanted = ""]) => {
  const shell = SHELLS.find((each) => each === wanted);
  setting.output.out(shell === undefined ? nameLines(setting, wanted) : completion(shell));
  return 0;
};

/** Nothing is refreshed for this, as a person is waiting with a finger on the key. */
function nameLines(setting: Setting, kind: string): string {
  if (kind === "verbs") return lines(verbs.flatMap(({ name, hidden }) => (hidden === true ? [] : [name])));
  if (!Object.hasOwn(NAMES, kind))
    throw new FatalError(`completion: ${SHELLS.join(", ")} was expected, found ${JSON.stringify(kind)}`);
  // Nothing is made for it either, such as the directory of a prefix that is still being typed.
  const { database } = setting.locations;
  if (!existsSync(database)) return "";
  const db = openCatalogue(database, { readOnly: true });
  try {
    return lines(NAMES[kind as keyof typeof NAMES](db).filter((name) => PLAIN.test(name)));
  } finally {
    db.close();
  }
}

/**
 * What names consist of. A summary may have others, but bash runs commands that stand in a word which it offers, and what
 * begins with a dash would be an option.
 */
const PLAIN = /^\w[\w+.-]*$/;

const NAMES = {
  remote: (db: Catalogue) => db.remoteNames(),
  installed: (db: Catalogue) => db.localPackages().map(({ name }) => name),
  categories: (db: Catalogue) => db.remoteCategories(),
};

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join("");
}
