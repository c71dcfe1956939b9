import { existsSync, rmSync } from "node:fs";
import type { ChangeOptions } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import { cachedFile } from "./cache.ts";
import type { PlannedChange } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { isInstalled } from "./put-back.ts";
import { tell } from "./tell.ts";

const TAKEN_BACK = { reason: "all of it was taken back" };

/**
 * Takes back all that a transaction has changed, the last first: what has come goes, what was replaced or removed comes again,
 * and everything has the keep flag that it had. It can be called again where it was cut off itself.
 */
export async function takeAllBack(context: Context, ledger: Ledger, options: ChangeOptions): Promise<void> {
  // The signal that has cut the transaction off must not cut this off as well.
  const undoing = { ...options, signal: new AbortController().signal };
  noteWhatIsBack(context, ledger);
  let left = ledger.changes
    .map((change, index) => ({ change, index, failure: "" }))
    .filter(({ change, index }) => isToTakeBack(context, ledger, { change, index }))
    .toReversed();
  const { length } = left;
  left = await takeBackWhatGoes(context, ledger, { left, options: undoing });
  // The disk may be full, and nothing of what was downloaded is needed any more.
  if (left.length > 0 && dropDownloads(context, ledger))
    left = await takeBackWhatGoes(context, ledger, { left, options: undoing });
  await unmark(context, ledger);
  for (const { change, index, failure } of left) tellLeft(context, ledger, { change, index, failure });
  const back = length - left.length;
  if (length === 0) tell(context, "nothing had been changed");
  else tell(context, `${back} of ${length} changes were taken back`);
}

interface Step {
  readonly change: PlannedChange;
  /** Its place in the list of changes. */
  readonly index: number;
}

interface FailedStep extends Step {
  readonly failure: string;
}

function isToTakeBack(context: Context, ledger: Ledger, { change, index }: Step): boolean {
  const outcome = ledger.outcomeOf(index);
  if (outcome === "pending" || outcome === "restored") return false;
  const { action, before, after } = change;
  if (before === undefined) return after !== undefined && isInstalled(context, after.fullName);
  // Of two builds of the same version nothing tells which one is there.
  return !isInstalled(context, before.fullName) || (action === "refresh" && outcome !== "failed");
}

/** One that was cut off itself may have had no time to note the last that it has taken back. */
function noteWhatIsBack(context: Context, ledger: Ledger): void {
  for (const [index, change] of ledger.changes.entries()) {
    const outcome = ledger.outcomeOf(index);
    if (outcome !== "begun" && outcome !== "done") continue;
    if (!isToTakeBack(context, ledger, { change, index })) ledger.note(index, "restored", TAKEN_BACK);
  }
}

interface Undone {
  readonly left: FailedStep[];
  readonly options: ChangeOptions;
}

/** One may need another that comes back only later, or have a file that another still has. @returns what is left of them */
async function takeBackWhatGoes(context: Context, ledger: Ledger, undone: Undone): Promise<FailedStep[]> {
  let { left } = undone;
  for (let before = left.length + 1; left.length > 0 && left.length < before;) {
    before = left.length;
    left = await takeBackEach(context, ledger, { ...undone, left });
  }
  return left;
}

/** @returns true where there was something to drop */
function dropDownloads(context: Context, { changes }: Ledger): boolean {
  const files = changes.flatMap(({ after }) => (after === undefined ? [] : cachedFile(context, after)));
  const downloaded = files.filter((file) => existsSync(file));
  for (const file of downloaded) rmSync(file);
  return downloaded.length > 0;
}

async function takeBackEach(
  context: Context,
  ledger: Ledger,
  { left, options }: Undone,
): Promise<FailedStep[]> {
  const failed: FailedStep[] = [];
  for (const { change, index } of left) {
    const failure = await takeBack(context, ledger, { change, options });
    if (failure !== undefined) failed.push({ change, index, failure });
    else ledger.note(index, "restored", TAKEN_BACK);
  }
  return failed;
}

/** @returns why it cannot be done */
async function takeBack(
  context: Context,
  { keepsakes }: Ledger,
  { change, options }: { readonly change: PlannedChange; readonly options: ChangeOptions },
): Promise<string | undefined> {
  const backend = await context.backend();
  const { before, after } = change;
  if (before === undefined) return (await backend.delete(after?.fullName ?? "", options)).failure;
  const { fullName, keep } = before;
  const file = keepsakes.fileOf(fullName);
  if (file === undefined) return `${fullName} could not be saved before`;
  const { failure } = await backend.add(file, { ...options, fullName, automatic: !keep, returns: true });
  // What is replaced hands on its own flag.
  if (failure === undefined) await backend.setAutomatic(fullName, !keep);
  return failure;
}

/** Packages that took over the user's wish from one that was to go are wanted for others again. */
async function unmark(context: Context, { keeping }: Ledger): Promise<void> {
  const backend = await context.backend();
  for (const fullName of keeping.filter((name) => isInstalled(context, name)))
    await backend.setAutomatic(fullName, true);
}

function tellLeft(context: Context, ledger: Ledger, { change, index, failure }: FailedStep): void {
  const { before, after } = change;
  const file = before && ledger.keepsakes.fileOf(before.fullName);
  const advice = file === undefined ? "" : `: mend that and install ${file}`;
  const reason =
    before === undefined
      ? `${after?.fullName ?? ""} could not be removed again (${failure})`
      : `${before.fullName} could not be put back (${failure})${advice}`;
  if (before !== undefined) ledger.owe(before.fullName);
  tell(context, reason);
  // What it has brought is still there; `undo` can take it back later.
  const isDone =
    after === undefined ? ledger.outcomeOf(index) === "done" : isInstalled(context, after.fullName);
  ledger.note(index, isDone ? "done" : "failed", { reason });
}
