import { join } from "node:path";
import { type InstalledPackage, installedPackages } from "../database/installed-packages.ts";
import { Ownership } from "../database/ownership.ts";
import { PkgInstallError, ScriptError, writeError } from "../errors.ts";
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
  const work = beginWork(subject, options);
  const { transaction, ownership, pkgdb, runner, warn } = work;
  try {
    const result = await body(work);
    writeOwnership(transaction, ownership, pkgdb);
    await transaction.commit(warn);
    return result;
  } catch (error) {
    const failures = await transaction.rollBack(runner, warn);
    throw explain(subject.pkgname, error, [failures, transaction.staging.directories]);
  } finally {
    ownership.close();
  }
}

function beginWork({ action, pkgname, prefix }: Subject, options: ChangeOptions): Work {
  const { pkgdb, destdir = "", onWarning } = options;
  const { refcountDb = `${pkgdb}.refcount`, environment = process.env, output, signal } = options;
  const ownership = new Ownership(pkgdb, destdir);
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

function writeOwnership(transaction: Transaction, ownership: Ownership, pkgdb: string): void {
  const path = join(pkgdb, "pkgdb.byfile.db");
  const beside = transaction.staging.nameFor(path);
  ownership.writeTo(beside);
  transaction.put(beside, path);
}

function explain(
  pkgname: string,
  error: unknown,
  [failures, kept]: readonly [readonly Error[], readonly string[]],
): unknown {
  const { syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const isSystems = syscall !== undefined && !(error instanceof PkgInstallError);
  const told = isSystems ? writeError(pkgname, dest ?? path ?? "a file", error) : error;
  if (failures.length === 0) return told;
  const reasons = failures.map(({ message }) => message).join("; ");
  return new PkgInstallError(
    "ERR_INSTALL_NOT_UNDONE",
    `${(told as Error).message}; and not everything could be put back (${reasons}): what was there is in ${kept.join(", ")}`,
    { pkgname, cause: error },
  );
}
