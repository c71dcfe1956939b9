import { join } from "node:path";
import { type InstalledPackage, installedPackages } from "../database/installed-packages.ts";
import { Ownership } from "../database/ownership.ts";
import { PkgInstallError, ScriptError, writeError } from "../errors.ts";
import type { ChangeOptions } from "../options.ts";
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
  { pkgname, prefix }: Subject,
  options: ChangeOptions,
  body: (work: Work) => Promise<Result>,
): Promise<Result> {
  const work = beginWork(prefix, options);
  const { transaction, ownership, pkgdb, runner, warn } = work;
  try {
    const result = await body(work);
    writeOwnership(transaction, ownership, pkgdb);
    transaction.commit();
    return result;
  } catch (error) {
    const failures = await transaction.rollBack(runner, warn);
    throw explain(pkgname, error, [failures, transaction.staging.directories]);
  } finally {
    ownership.close();
  }
}

function beginWork(prefix: string, options: ChangeOptions): Work {
  const { pkgdb, destdir = "", onWarning } = options;
  const { refcountDb = `${pkgdb}.refcount`, environment = process.env, output, signal } = options;
  const transaction = new Transaction([destdir + prefix, pkgdb]);
  const runner = new ScriptRunner({ destdir, refcountDb, environment, output });
  const warn = (message: string): void => onWarning?.(message);
  return {
    pkgdb,
    destdir,
    installed: installedPackages(pkgdb),
    ownership: new Ownership(pkgdb, destdir),
    transaction,
    runner,
    runStage: async (subject, stage, force = false) => {
      if (!runner.hasScript(subject, stage)) return;
      // A package that refuses before it has done anything has nothing to undo.
      if (stage !== "PRE-INSTALL") transaction.record({ did: "script", subject, stage });
      try {
        await runner.runStage(subject, stage, signal);
      } catch (error) {
        if (!force || !(error instanceof ScriptError)) throw error;
        warn(error.message);
      }
      if (stage === "PRE-INSTALL") transaction.record({ did: "script", subject, stage });
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
