import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../context.ts";
import { type HistoryRecord, readHistory } from "./history.ts";
import type { Ledger } from "./ledger.ts";

/** How often a tool that was left behind is asked whether it has ended, in milliseconds. */
const POLL = 200;

/**
 * Settles what a pkgin that was killed has left half done. Who calls it holds the lock, so nobody else is at work.
 */
export async function finishCutOff(context: Context): Promise<void> {
  const { locations, output, signal } = context;
  const record = (await readHistory(locations.history)).at(-1);
  if (record?.status !== "running") return;
  output.err(`pkgin: ${record.command.join(" ")} of ${record.began.toISOString()} was cut off\n`);
  await toolEnded(context, record);
  // Loaded only now: there is hardly ever anything to settle.
  const [{ recover }, ledgers] = await Promise.all([import("pkg-install"), import("./ledger.ts")]);
  const onWarning = (message: string): void => output.err(`pkgin: ${message}\n`);
  await recover(locations.pkgdb, { output: { stdout: 1, stderr: 2 }, onWarning, signal });
  const ledger = ledgers.Ledger.resume(context, record);
  if (!record.isAtomic) {
    const { settle } = await import("./settle.ts");
    await settle(context, ledger);
    tellRest(context, record, ledger);
    await ledger.end("interrupted");
  } else if (record.changes.every(({ outcome, reason }) => outcome === "done" && reason === undefined)) {
    output.err("pkgin: all of it had been done\n");
    await ledger.end("done");
  } else {
    const { takeAllBack } = await import("./take-all-back.ts");
    await takeAllBack(context, ledger, { stdout: 1, stderr: 2, signal });
    await ledger.end("interrupted");
  }
}

/** What was settled is whole; what was not begun is for the user to begin again. */
function tellRest({ output }: Context, { command, changes }: HistoryRecord, ledger: Ledger): void {
  const done = changes.filter((_, index) => ledger.outcomeOf(index) === "done").length;
  if (done === changes.length) return;
  output.err(
    `pkgin: ${done} of ${changes.length} changes were done; pkgin ${command.join(" ")} does the rest\n`,
  );
}

/** A tool goes on when the pkgin that has called it is killed; what it leaves is seen when it has ended. */
async function toolEnded({ output, signal }: Context, { changes }: HistoryRecord): Promise<void> {
  const pid = changes.find(({ outcome }) => outcome === "begun")?.process;
  if (pid === undefined || !isTool(pid)) return;
  output.err(`pkgin: waiting for process ${pid}, which it has left behind\n`);
  while (isTool(pid)) await delay(POLL, undefined, { signal });
}

/** Whether the process is one of the tools, and not another that has got its number since. */
function isTool(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return /pkg_(?:add|delete)/.test(stdout ?? "");
}
