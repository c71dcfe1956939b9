import { ScriptError } from "../errors.ts";
import { isThere } from "../status-of.ts";
import { noteUndone, removeJournal, trimJournal } from "./journal.ts";
import type { ScriptRunner } from "./run-scripts.ts";
import { isFileStep, type Step, undoFileStep } from "./step.ts";
import { syncFileSystems } from "./sync.ts";

/** What taking back needs. */
export interface RollBackOptions {
  readonly runner: ScriptRunner;
  /** Told of scripts that did not undo what their opposites did. */
  readonly warn: (message: string) => void;
}

/**
 * Takes back all steps of a PKG_DBDIR's journal, the last first, and removes it.
 *
 * What scripts did is undone as well as their opposites do it.
 *
 * @returns what could not be taken back; then the journal and the staging directories stay
 */
export async function rollBack(
  pkgdb: string,
  steps: readonly Step[],
  options: RollBackOptions,
): Promise<readonly Error[]> {
  const lost = lostStaging(steps);
  if (lost !== undefined) return [new Error(`${lost} is not there, in which files were kept`)];
  // What is noted of scripts must not follow on a line that was cut off.
  trimJournal(pkgdb);
  const failures = await undoAll(steps, options);
  if (failures.length > 0) return failures;
  const unsynced = await syncFileSystems([pkgdb]);
  if (unsynced !== undefined)
    options.warn(`what was put back could not be brought to disk at once: ${unsynced.message}`);
  noteUndone(pkgdb);
  try {
    clearAway(pkgdb, steps);
    return [];
  } catch (error) {
    return [error as Error];
  }
}

/** When all steps have been taken back, removes what was unpacked, the directories that it was in, and the journal. */
export function clearAway(pkgdb: string, steps: readonly Step[]): void {
  for (const { did, ...step } of steps.toReversed()) {
    if ((did === "make-staging" || did === "make-directory") && "path" in step) {
      undoFileStep({ did, path: step.path });
    }
  }
  removeJournal(pkgdb);
}

/** A staging directory in which something was kept and which is not there: its file system may be another, or not mounted. */
function lostStaging(steps: readonly Step[]): string | undefined {
  for (const step of steps) {
    if (step.did !== "make-staging" || isThere(step.path)) continue;
    const isInUse = steps.some((each) => keptAs(each)?.startsWith(`${step.path}/`) === true);
    if (isInUse) return step.path;
  }
  return undefined;
}

/** Where what was there before a step is kept. */
function keptAs(step: Step): string | undefined {
  if (step.did === "keep") return step.copy;
  return step.did === "move" ? step.to : undefined;
}

async function undoAll(steps: readonly Step[], options: RollBackOptions): Promise<readonly Error[]> {
  const failures: Error[] = [];
  let isRefused = false;
  for (const step of steps.toReversed()) {
    if (step.did === "script" && isRefused) {
      isRefused = false;
      continue;
    }
    isRefused ||= step.did === "refuse";
    const failure = await undo(step, options);
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

async function undo(step: Step, { runner, warn }: RollBackOptions): Promise<Error | undefined> {
  try {
    if (step.did === "script" || step.did === "commands") await runner.undo(step);
    else if (isFileStep(step) && step.did !== "make-staging") undoFileStep(step);
    return undefined;
  } catch (error) {
    if (!(error instanceof ScriptError)) return error as Error;
    warn(error.message);
    return undefined;
  }
}
