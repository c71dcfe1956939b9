import { existsSync } from "node:fs";
import type { ChangeOptions } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import { cachedFile } from "./cache.ts";
import type { PackageState, PlannedChange } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { isInstalled } from "./put-back.ts";
import { tell } from "./tell.ts";

/**
 * Leaves nothing half done of a transaction that was cut off: what was replaced or made way is there again or its successor
 * is, and everyone has the keep flag that he should have. What was not begun is not.
 */
export async function settle(context: Context, ledger: Ledger): Promise<void> {
  // The signal that has cut the transaction off must not cut this off as well.
  const options: ChangeOptions = { stdout: 1, stderr: 2, signal: new AbortController().signal };
  for (const [index, change] of ledger.changes.entries()) {
    if (change.after !== undefined) await settleAddition(context, ledger, { index, change, options });
    else settleRemoval(context, ledger, { index, change, options });
  }
  await ledger.reviseRemovals(options);
}

interface Unsettled {
  readonly index: number;
  readonly change: PlannedChange;
  readonly options: ChangeOptions;
}

/** A tool goes on with what it was to remove when the pkgin that has called it is killed. */
function settleRemoval(context: Context, ledger: Ledger, { index, change: { before } }: Unsettled): void {
  const isGone = before !== undefined && !isInstalled(context, before.fullName);
  if (isGone && ledger.outcomeOf(index) === "begun") ledger.note(index, "done");
}

async function settleAddition(context: Context, ledger: Ledger, unsettled: Unsettled): Promise<void> {
  const { index, change, options } = unsettled;
  const { before, after } = change;
  if (after === undefined) return;
  if (isInstalled(context, after.fullName)) {
    if (ledger.outcomeOf(index) !== "begun") return;
    const backend = await context.backend();
    await backend.setAutomatic(after.fullName, !after.keep);
    ledger.note(index, "done");
    return;
  }
  if (before === undefined || isInstalled(context, before.fullName)) return;
  if (await ledger.putBack(index, before, options)) return;
  if (await complete(context, after, options)) ledger.note(index, "done");
}

/** Installs what was to take the place of a package that is gone. */
async function complete(context: Context, after: PackageState, options: ChangeOptions): Promise<boolean> {
  const file = cachedFile(context, after);
  if (!existsSync(file)) return false;
  const backend = await context.backend();
  const { fullName, keep } = after;
  const { failure } = await backend.add(file, { ...options, fullName, automatic: !keep });
  tell(context, failure === undefined ? `${fullName} was installed instead` : failure);
  return failure === undefined;
}
