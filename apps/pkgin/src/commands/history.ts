import { statSync } from "node:fs";
import type { PlainCommand } from "../cli.ts";
import type { Locations } from "../config/locations.ts";
import { FatalError } from "../fatal-error.ts";
import { type HistoryChange, type HistoryRecord, readHistory } from "../transaction/history.ts";

/** Lists what was changed and when, or shows one transaction with all its changes. */
export const history: PlainCommand = async ({ locations, options, output }, [wanted]) => {
  const records = await asTheyAre(locations, await readHistory(locations.history));
  const shown = wanted === undefined ? records : [recordOf(records, wanted)];
  if (options.json) output.json(shown);
  else if (wanted === undefined) for (const record of shown) output.out(summaryLine(record));
  else for (const record of shown) output.out(details(record));
  if (records.length > 0) return 0;
  const isEmpty = (statSync(locations.history, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (!isEmpty)
    throw new FatalError(
      `${locations.history} is no history of transactions that could be read; move it away`,
    );
  output.err("Nothing has been changed yet.\n");
  return 0;
};

/**
 * Finds a transaction by its number.
 *
 * @throws FatalError where there is none
 */
export function recordOf(records: readonly HistoryRecord[], wanted: string): HistoryRecord {
  const record = records.find(({ id }) => String(id) === wanted);
  if (record !== undefined) return record;
  throw new FatalError(`there is no transaction ${wanted}; pkgin history shows those that there are`);
}

/** The last one may have been killed; to settle that is for the next that changes something, to tell it is not. */
async function asTheyAre(
  locations: Locations,
  records: readonly HistoryRecord[],
): Promise<readonly HistoryRecord[]> {
  const last = records.at(-1);
  if (last?.status !== "running") return records;
  const { isCutOff } = await import("../transaction/is-cut-off.ts");
  if (!(await isCutOff(locations, last))) return records;
  return [...records.slice(0, -1), { ...last, status: "interrupted" }];
}

function summaryLine({ id, began, status, command, changes }: HistoryRecord): string {
  const done = changes.filter(({ outcome }) => outcome === "done").length;
  const count = `${done} of ${changes.length} done`;
  return `${String(id).padStart(4)}  ${dateOf(began)}  ${status.padEnd(11)}  ${command.join(" ")} (${count})\n`;
}

function details({ id, began, ended, status, command, changes }: HistoryRecord): string {
  return [
    `Transaction ${id}: ${command.join(" ")}\n`,
    `Began   ${dateOf(began)}\n`,
    ended === undefined ? "" : `Ended   ${dateOf(ended)}\n`,
    `Status  ${status}\n`,
    ...changes.map(changeLine),
  ].join("");
}

function changeLine({ action, before, after, outcome, reason }: HistoryChange): string {
  const names = [before, after].flatMap((state) => state?.fullName ?? []);
  const keep = (after ?? before)?.keep === true ? "kept" : "automatic";
  const why = reason === undefined ? "" : `: ${reason}`;
  return `  ${action.padEnd(8)} ${[...new Set(names)].join(" -> ")} (${keep}) ${outcome}${why}\n`;
}

/** Such as `2026-11-23 07:48:52Z`. */
function dateOf(date: Date): string {
  return date.toISOString().replace("T", " ").replace(/\.\d+/, "");
}
