import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { FatalError } from "../fatal-error.ts";

/**
 * Runs work that changes packages while no other pkgin does so on the same directory.
 *
 * The lock is SQLite's on a file of its own, so the system takes it back however the process ends; beside it stands who
 * holds it, for the message to the one who comes second.
 *
 * @param home pkgin's own directory
 * @throws FatalError when another process holds the lock
 */
export async function withLock<T>(home: string, work: () => Promise<T>): Promise<T> {
  const owner = join(home, "lock.owner");
  const lock = new Database(join(home, "lock"), { timeout: 0 });
  try {
    take(lock, owner);
    try {
      return await work();
    } finally {
      rmSync(owner, { force: true });
    }
  } finally {
    lock.close();
  }
}

function take(lock: Database.Database, owner: string): void {
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new FatalError(`another pkgin is at work (${describeOwner(owner)}); try again when it has ended`, {
      cause: error,
    });
  }
  writeFileSync(owner, `process ${process.pid} since ${new Date().toISOString()}\n`);
}

function describeOwner(owner: string): string {
  try {
    return readFileSync(owner, "utf8").trim();
  } catch {
    // It has taken the lock but not yet written its name, or is just leaving.
    return "which one is not known";
  }
}
