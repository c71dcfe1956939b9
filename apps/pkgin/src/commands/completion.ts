import { type PlainCommand, verbs } from "../cli.ts";
import type { Context, Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { openContext } from "../open-context.ts";
import { completion, SHELLS } from "../report/completion.ts";

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
  const { db } = openContext(setting, { needsRepository: false }).context;
  try {
    return lines(NAMES[kind as keyof typeof NAMES](db));
  } finally {
    db.close();
  }
}

const NAMES = {
  remote: (db: Context["db"]) => db.remoteNames(),
  installed: (db: Context["db"]) => db.localPackages().map(({ name }) => name),
  categories: (db: Context["db"]) => db.remoteCategories(),
};

function lines(names: readonly string[]): string {
  return names.map((name) => `${name}\n`).join("");
}
