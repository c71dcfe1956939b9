import { refreshLocal } from "../catalogue/refresh-local.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { checkCache } from "../doctor/check-cache.ts";
import { checkCatalogue } from "../doctor/check-catalogue.ts";
import { checkCutOff } from "../doctor/check-cut-off.ts";
import { checkPackages } from "../doctor/check-packages.ts";
import { checkSaved } from "../doctor/check-saved.ts";
import type { Finding } from "../doctor/finding.ts";
import { damageOf, readEverything, rebuildCatalogue } from "../doctor/rebuild-catalogue.ts";
import { FatalError } from "../fatal-error.ts";
import { proceed } from "../report/prompt.ts";

const ROUNDS = 3;

/** Looks for what is not as it should be, and repairs what can be. */
export const doctor: Command = async (context) => {
  const damage = damageOf(context);
  if (damage !== undefined) return rebuild(context, damage);
  const { db, options } = context;
  if (db.replaced !== undefined) await readEverything(context);
  else if (!db.connection.readonly)
    await refreshLocal(context, { force: options.force, verbose: options.force });
  const found = await examine(context);
  tell(context, found);
  return treat(context, found);
};

/** Nothing else can be looked at before the catalogue is whole. */
async function rebuild(context: Context, damage: string): Promise<number> {
  const { db, locations, options } = context;
  const isRepairable = !db.connection.readonly;
  const problem = `${locations.database} is damaged: ${damage}`;
  tell(context, [{ area: "catalogue", problem, repair: isRepairable ? () => {} : undefined }]);
  if (!isRepairable || !(await isWanted(context))) return 1;
  const anew = await rebuildCatalogue(context);
  try {
    const found = await examine(anew);
    if (!options.json && found.length > 0) tell(anew, found);
    return await (found.length > 0 ? treat(anew, found) : repairAll(anew, found));
  } finally {
    anew.db.close();
  }
}

function tell({ options, output }: Context, found: readonly Finding[]): void {
  if (options.json)
    output.json(
      found.map(({ area, problem, repair }) => ({ area, problem, repairable: repair !== undefined })),
    );
  else for (const { area, problem } of found) output.out(`${area}: ${problem}\n`);
  const repairable = found.filter(({ repair }) => repair !== undefined).length;
  output.err(
    found.length === 0
      ? "All is well.\n"
      : `${found.length} found, of which ${repairable} can be repaired.\n`,
  );
}

/** Repairs what can be, if that is wanted. @returns the exit status */
async function treat(context: Context, found: readonly Finding[]): Promise<number> {
  if (found.length === 0) return 0;
  if (!found.some(({ repair }) => repair !== undefined) || !(await isWanted(context))) return 1;
  return repairAll(context, found);
}

async function examine(context: Context): Promise<Finding[]> {
  const found = [
    ...(await checkCutOff(context)),
    ...checkCatalogue(context),
    ...(await checkPackages(context)),
    ...(await checkSaved(context)),
  ];
  for await (const finding of checkCache(context)) found.push(finding);
  return found;
}

async function isWanted({ options, output, signal }: Context): Promise<boolean> {
  if (options.json && options.answers === "ask") return false;
  return proceed({ output, answers: options.answers, byDefault: true, signal });
}

/** What is right in the records is told by the catalogue, so that after its repair there may be more to find. */
async function repairAll(context: Context, found: readonly Finding[]): Promise<number> {
  let left = found;
  let before: readonly Finding[] = [];
  for (let round = 1; round <= ROUNDS && isWorthTrying(left, before); round++) {
    before = left;
    for (const repair of new Set(left.map((finding) => finding.repair))) await attempt(repair);
    left = await examine(context);
  }
  const still = left.map(({ problem }) => `${problem}\n`).join("");
  context.output.err(left.length === 0 ? "All of it was repaired.\n" : `Still there:\n${still}`);
  return left.length === 0 ? 0 : 1;
}

/** Whether something can be repaired, and the last time it was tried anything has changed. */
function isWorthTrying(left: readonly Finding[], before: readonly Finding[]): boolean {
  const known = new Set(before.map(({ problem }) => problem));
  const hasChanged = left.length !== before.length || left.some(({ problem }) => !known.has(problem));
  return hasChanged && left.some(({ repair }) => repair !== undefined);
}

async function attempt(repair: Finding["repair"]): Promise<void> {
  try {
    await repair?.();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new FatalError(`cannot repair: ${(error as Error).message}`, { cause: error });
  }
}
