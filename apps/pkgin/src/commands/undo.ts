import { splitName } from "pkg-pattern";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { planUndo } from "../plan/plan-undo.ts";
import { planJson } from "../report/plan-json.ts";
import { carryOut } from "../transaction/carry-out.ts";
import { findBuild, findSavedBuild } from "../transaction/find-build.ts";
import { type HistoryRecord, readHistory } from "../transaction/history.ts";
import { recordOf } from "./history.ts";

/** Takes back what a transaction has changed: the last one, or the one that is named. */
export const undo: Command = async (context, [wanted]) => {
  const { db, locations, options, output } = context;
  const records = await readHistory(locations.history);
  const record = wanted === undefined ? lastChange(records) : recordOf(records, wanted);
  const { plan, problems } = await planUndo(record.changes, {
    installed: (name) => db.localNamed(name)[0],
    dependents: (fullName) => db.dependentsOf(fullName),
    find: (fullName) => findBuild(context, fullName, record.id),
    findSaved: (fullName) => findSavedBuild(context, fullName, record.id),
  });
  output.out(`undoing ${record.id}: ${record.command.join(" ")}\n`);
  for (const problem of problems) output.err(`pkgin: ${problem}\n`);
  const status = problems.length > 0 ? 1 : 0;
  if (plan.incoming.length === 0 && plan.outgoing.length === 0) {
    if (status === 0) output.out("nothing to do.\n");
    if (options.json)
      output.json(
        planJson({ ...plan, sizes: { download: 0n, disk: 0n }, unmet: [], lacking: [], problems: [] }),
      );
    return status;
  }
  const whenDone = () => unmark(context, record);
  return (await carryOut(context, plan, { whenDone })) || status;
};

/** What had taken over the user's wish from something that is there again is wanted for others only. */
async function unmark(context: Context, { keeping }: HistoryRecord): Promise<void> {
  const backend = await context.backend();
  for (const name of keeping) {
    const [installed] = context.db.localNamed(splitName(name).base);
    if (installed?.fullName !== name) continue;
    await backend.setAutomatic(name, true);
    context.db.setKeep(name, false);
  }
}

function lastChange(records: readonly HistoryRecord[]): HistoryRecord {
  const last = records.at(-1);
  if (last === undefined) throw new FatalError("nothing has been changed yet, so there is nothing to undo");
  if (last.changes.some(({ outcome }) => outcome === "done")) return last;
  throw new FatalError(
    `the last transaction, ${last.id}: ${last.command.join(" ")}, has left nothing to undo; name another by its number, which pkgin history shows`,
  );
}
