import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Context } from "../context.ts";
import { finishCutOff } from "../transaction/finish-cut-off.ts";
import { readHistory } from "../transaction/history.ts";
import type { Finding } from "./finding.ts";

const AREA = "transactions";
/** What pkg-install calls the directories of files that are not in place yet, or not any more. */
const STAGING = ".pkg-install.";

/** Looks for what a pkgin that was killed has left; one that is to repair has settled most of it before it looks. */
export async function checkCutOff(context: Context): Promise<readonly Finding[]> {
  const { locations } = context;
  const last = (await readHistory(locations.history)).at(-1);
  const isRunning = last?.status === "running";
  if (isRunning) {
    const { isCutOff } = await import("../transaction/is-cut-off.ts");
    if (!(await isCutOff(locations, last))) return [];
  }
  const repair = isRunning ? () => finishCutOff(context) : () => recoverPackages(context);
  const found: Finding[] = [];
  if (isRunning) {
    const problem = `${last.command.join(" ")} of ${last.began.toISOString()} was cut off`;
    found.push({ area: AREA, problem, repair });
  }
  return [...found, ...leftOvers(context, repair)];
}

/** Without a journal nobody knows what the files are that were put aside, so that they are for the user to look at. */
function leftOvers({ locations }: Context, repair: Finding["repair"]): Finding[] {
  const { pkgdb, destdir, prefix } = locations;
  if (!existsSync(pkgdb)) return [];
  const journal = `${realpathSync(pkgdb)}.journal`;
  const hasJournal = existsSync(journal);
  const found: Finding[] = [];
  if (hasJournal)
    found.push({ area: AREA, problem: `${journal} tells of a package that was cut off`, repair });
  for (const directory of new Set([destdir + prefix, dirname(pkgdb), pkgdb])) {
    for (const name of existsSync(directory) ? readdirSync(directory) : []) {
      if (!name.startsWith(STAGING)) continue;
      const problem = `${join(directory, name)} has files of a package that was cut off`;
      found.push({ area: AREA, problem, repair: hasJournal ? repair : undefined });
    }
  }
  return found;
}

async function recoverPackages({ locations, output, signal }: Context): Promise<void> {
  const { recover } = await import("pkg-install");
  const onWarning = (message: string): void => output.err(`pkgin: ${message}\n`);
  await recover(locations.pkgdb, { output: { stdout: 1, stderr: 2 }, onWarning, signal });
}
