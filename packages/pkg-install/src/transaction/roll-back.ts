import { ScriptError } from "../errors.ts";
import { readJournal, removeJournal } from "./journal.ts";
import type { ScriptRunner } from "./run-scripts.ts";
import { type Step, undoFileStep } from "./step.ts";
import { syncFileSystems } from "./sync.ts";

/** What taking back needs. */
export interface RollBackOptions {
  readonly runner: ScriptRunner;
  /** Told of scripts that did not undo what their opposites did. */
  readonly warn: (message: string) => void;
}

/**
 * Takes back all steps of a journal, the last first, and removes it.
 *
 * What scripts did is undone as well as their opposites do it.
 *
 * @returns what could not be taken back; then the journal and the staging directories stay
 */
export async function rollBack(pkgdb: string, options: RollBackOptions): Promise<readonly Error[]> {
  const steps = readJournal(pkgdb)?.steps ?? [];
  const failures: Error[] = [];
  let isRefused = false;
  for (const step of steps.toReversed()) {
    if (step.did === "make-staging" && failures.length > 0) continue;
    if (step.did === "script" && isRefused) {
      isRefused = false;
      continue;
    }
    isRefused ||= step.did === "refuse";
    const failure = await undo(step, options);
    if (failure !== undefined) failures.push(failure);
  }
  if (failures.length > 0) return failures;
  const unsynced = await syncFileSystems([pkgdb]);
  if (unsynced !== undefined)
    options.warn(`what was put back could not be brought to disk at once: ${unsynced.message}`);
  removeJournal(pkgdb);
  return [];
}

async function undo(step: Step, { runner, warn }: RollBackOptions): Promise<Error | undefined> {
  try {
    if (step.did === "script" || step.did === "commands") await runner.undo(step);
    else if (step.did !== "refuse" && step.did !== "start" && step.did !== "commit") undoFileStep(step);
    return undefined;
  } catch (error) {
    if (!(error instanceof ScriptError)) return error as Error;
    warn(error.message);
    return undefined;
  }
}
