import { join } from "node:path";
import { type InstalledPackage, installedPackages } from "../database/installed-packages.ts";
import { Ownership } from "../database/ownership.ts";
import { pathOf, PkgInstallError, ScriptError, writeError } from "../errors.ts";
import type { ChangeOptions } from "../options.ts";
import { type JournalHead, noteStart } from "../transaction/journal.ts";
import { ScriptRunner, type ScriptSubject, type Stage } from "../transaction/run-scripts.ts";
import { Transaction } from "../transaction/transaction.ts";

/** What one installation or removal works with. */
export interface Work {
  readonly pkgdb: string;
  /** Comes before every prefix on this system; empty for none. */
  readonly destdir: string;
  readonly installed: readonly InstalledPackage[];
  readonly ownership: Ownership;
  readonly transaction: Transaction;
  readonly runner: ScriptRunner;
  /** Calls a package's script for a stage, if there is one; with `force` a failure is a warning. */
  readonly runStage: (subject: ScriptSubject, stage: Stage, force?: boolean) => Promise<void>;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** What is changed, for messages and for the place of the staging directories. */
export interface Subject {
  readonly action: JournalHead["action"];
  readonly pkgname: string;
  readonly prefix: string;
}

/**
 * Does all of the work or nothing of it.
 *
 * The owners of files are written, and what was kept is let go, when the work has ended well; else every step is taken
 * back before the error goes on.
 */
export async function transact<Result>(
  subject: Subject,
  options: ChangeOptions,
  body: (work: Work) => Promise<Result>,
): Promise<Result> {
  const { pkgdb, destdir = "" } = options;
  const told = (error: unknown): unknown =>
    writeError(error, { pkgname: subject.pkgname, place: pathOf(error) ?? pkgdb });
  const ownership = new Ownership(pkgdb, destdir);
  try {
    const work = beginWork(subject, options, ownership);
    try {
      const result = await body(work);
      writeOwnership(work);
      await work.transaction.commit(work.warn);
      return result;
    } catch (error) {
      throw await takeBack(told(error), subject, work);
    }
  } catch (error) {
    throw told(error);
  } finally {
    ownership.close();
  }
}

function beginWork({ action, pkgname, prefix }: Subject, options: ChangeOptions, ownership: Ownership): Work {
  const { pkgdb, destdir = "", onWarning } = options;
  const { refcountDb = `${pkgdb}.refcount`, environment = process.env, output, signal } = options;
  const transaction = new Transaction(pkgdb, { action, pkgname, destdir, refcountDb }, [
    destdir + prefix,
    pkgdb,
  ]);
  const onStart = (pid: number): void => noteStart(pkgdb, pid);
  const runner = new ScriptRunner({ destdir, refcountDb, environment, output, onStart });
  const warn = (message: string): void => onWarning?.(message);
  return {
    pkgdb,
    destdir,
    installed: installedPackages(pkgdb),
    ownership,
    transaction,
    runner,
    runStage: async (subject, stage, force = false) => {
      transaction.flush();
      if (!runner.hasScript(subject, stage)) return;
      transaction.recordScript({ did: "script", subject, stage });
      try {
        await runner.runStage(subject, stage, signal);
      } catch (error) {
        // A package that refuses before it has done anything has nothing to undo.
        if (stage === "PRE-INSTALL" && error instanceof ScriptError)
          transaction.recordScript({ did: "refuse" });
        if (!force || !(error instanceof ScriptError)) throw error;
        warn(error.message);
      }
    },
    warn,
    signal,
  };
}

function writeOwnership({ transaction, ownership, pkgdb }: Work): void {
  const path = join(pkgdb, "pkgdb.byfile.db");
  const beside = transaction.staging.nameFor(path);
  ownership.writeTo(beside);
  transaction.put(beside, path);
}

/** Takes everything back; the answer is what is to be thrown for an error then. */
async function takeBack(error: unknown, { pkgname }: Subject, work: Work): Promise<unknown> {
  const { transaction, runner, warn } = work;
  const failures = await transaction.rollBack(runner, warn);
  if (failures.length === 0) return error;
  const reasons = failures.map(({ message }) => message).join("; ");
  const kept = transaction.staging.directories.join(", ");
  return new PkgInstallError(
    "ERR_INSTALL_NOT_UNDONE",
    `${(error as Error).message}; and not everything could be put back (${reasons}): what was there is in ${kept}`,
    { pkgname, cause: error },
  );
}
