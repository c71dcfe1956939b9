import { setTimeout as delay } from "node:timers/promises";
import { PkgInstallError, systemReasonAt } from "../errors.ts";
import type { RecoverOptions, Recovery } from "../options.ts";
import {
  hasJournal,
  type JournalHead,
  journalOf,
  type JournalText,
  noteStart,
  readJournal,
  removeJournal,
} from "./journal.ts";
import { isRunning } from "./process-identity.ts";
import { clearAway, rollBack } from "./roll-back.ts";
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
  await orphanEnded(journal, options.signal);
  const last = journal.steps.at(-1)?.did;
  const isCommitted = last === "commit";
  if (isCommitted) cleanUp(journal.head, () => finish(pkgdb, journal));
  else if (last === "undone") cleanUp(journal.head, () => clearAway(pkgdb, journal.steps));
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

function cleanUp({ action, pkgname }: JournalHead, clean: () => void): void {
  try {
    clean();
  } catch (error) {
    const what = `what the ${WORDS[action]} of ${pkgname} has left cannot be removed`;
    const message = `${what}: ${systemReasonAt(error)}; mend that and try again`;
    throw new PkgInstallError("ERR_INSTALL_WRITE", message, { pkgname, cause: error });
  }
}

function finish(pkgdb: string, { steps }: JournalText): void {
  for (const step of steps) if (step.did === "make-staging") undoFileStep(step);
  removeJournal(pkgdb);
}

async function takeBack(pkgdb: string, { head, steps }: JournalText, options: RecoverOptions): Promise<void> {
  const { destdir, refcountDb, pkgname } = head;
  const { environment = process.env, output, onWarning } = options;
  const runner = new ScriptRunner({
    destdir,
    refcountDb,
    environment,
    output,
    onStart: (pid) => noteStart(pkgdb, pid),
  });
  const failures = await rollBack(pkgdb, steps, { runner, warn: (message) => onWarning?.(message) });
  if (failures.length === 0) return;
  const reasons = failures.map(({ message }) => message).join("; ");
  const message = `the ${WORDS[head.action]} of ${pkgname} had been cut off, and not everything could be put back (${reasons})`;
  const advice = `mend that and try again, or remove ${journalOf(pkgdb)} to leave everything as it is`;
  throw new PkgInstallError("ERR_INSTALL_NOT_UNDONE", `${message}; ${advice}`, { pkgname });
}

/** A script outlives the process that was killed, and must not go on while its work is undone. */
async function orphanEnded({ steps }: JournalText, signal: AbortSignal | undefined): Promise<void> {
  const started = steps.findLast((step) => step.did === "start");
  if (started === undefined) return;
  while (isRunning(started.identity)) await delay(POLL, undefined, { signal });
}
