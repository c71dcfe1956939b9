import { setTimeout as delay } from "node:timers/promises";
import { PkgInstallError } from "../errors.ts";
import type { RecoverOptions, Recovery } from "../options.ts";
import {
  hasJournal,
  type JournalText,
  noteStart,
  readJournal,
  removeJournal,
  trimJournal,
} from "./journal.ts";
import { isRunning } from "./process-identity.ts";
import { rollBack } from "./roll-back.ts";
import { ScriptRunner } from "./run-scripts.ts";
import { undoFileStep } from "./step.ts";

/** How often an orphaned script is asked whether it has ended, in milliseconds. */
const POLL = 20;

/**
 * Finishes or takes back what was cut off in a PKG_DBDIR that is locked.
 *
 * @throws PkgInstallError where something cannot be put back
 */
export async function recoverLocked(pkgdb: string, options: RecoverOptions): Promise<Recovery | undefined> {
  const journal = readJournal(pkgdb);
  if (journal === undefined) {
    if (hasJournal(pkgdb)) removeJournal(pkgdb);
    return undefined;
  }
  const { action, pkgname } = journal.head;
  trimJournal(pkgdb);
  await orphanEnded(journal, options.signal);
  const isCommitted = journal.steps.at(-1)?.did === "commit";
  if (isCommitted) finish(pkgdb, journal);
  else await takeBack(pkgdb, journal, options);
  const outcome = isCommitted ? "completed" : "rolled-back";
  const done = isCommitted
    ? "it was complete, and has been cleaned up after"
    : "everything was put back as it was before";
  return {
    action,
    pkgname,
    outcome,
    message: `the ${WORDS[action]} of ${pkgname} had been cut off: ${done}`,
  };
}

const WORDS = { install: "installation", replace: "replacement", remove: "removal" } as const;

function finish(pkgdb: string, { steps }: JournalText): void {
  for (const step of steps) if (step.did === "make-staging") undoFileStep(step);
  removeJournal(pkgdb);
}

async function takeBack(pkgdb: string, { head }: JournalText, options: RecoverOptions): Promise<void> {
  const { destdir, refcountDb, pkgname } = head;
  const { environment = process.env, output, onWarning } = options;
  const runner = new ScriptRunner({
    destdir,
    refcountDb,
    environment,
    output,
    onStart: (pid) => noteStart(pkgdb, pid),
  });
  const failures = await rollBack(pkgdb, { runner, warn: (message) => onWarning?.(message) });
  if (failures.length === 0) return;
  const reasons = failures.map(({ message }) => message).join("; ");
  const message = `the ${WORDS[head.action]} of ${pkgname} had been cut off, and not everything could be put back (${reasons})`;
  throw new PkgInstallError("ERR_INSTALL_NOT_UNDONE", `${message}; mend that and try again`, { pkgname });
}

/** A script outlives the process that was killed, and must not go on while its work is undone. */
async function orphanEnded({ steps }: JournalText, signal: AbortSignal | undefined): Promise<void> {
  const started = steps.findLast((step) => step.did === "start");
  if (started === undefined) return;
  while (isRunning(started.identity)) await delay(POLL, undefined, { signal });
}
