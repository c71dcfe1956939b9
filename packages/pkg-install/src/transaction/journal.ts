import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { isSystemError, PkgInstallError } from "../errors.ts";
import { besidePkgdb } from "./beside-pkgdb.ts";
import { processIdentity } from "./process-identity.ts";
import type { Step } from "./step.ts";

/*
 * The journal is a file beside PKG_DBDIR with a JSON value on each line: first what is being changed, then the steps. Steps are
 * brought to disk before they are done, many at once where they do not depend on a script. Where the last line says
 * "commit", everything is in place and only what was kept is left to be removed; otherwise all steps are taken back, the
 * last first. Taking back a step that was not done changes nothing, so it matters neither which of them were done nor
 * whether taking back was itself cut off.
 */

const JOURNAL = ".journal";
const VERSION = 1;

/** What a journal is about. */
export interface JournalHead {
  readonly version: typeof VERSION;
  readonly action: "install" | "replace" | "remove";
  readonly pkgname: string;
  readonly destdir: string;
  readonly refcountDb: string;
}

/** Everything that has been written to a journal. */
export interface JournalText {
  readonly head: JournalHead;
  readonly steps: readonly Step[];
}

/** A journal that is being written. */
export class Journal {
  readonly #fd: number;

  constructor(pkgdb: string, head: Omit<JournalHead, "version">) {
    // What is noted of scripts is appended too.
    const path = besidePkgdb(pkgdb, JOURNAL);
    this.#fd = openSync(path, "ax", 0o600);
    try {
      this.#write([{ version: VERSION, ...head }]);
      fsyncSync(this.#fd);
      syncDirectory(dirname(path));
    } catch (error) {
      this.close();
      rmSync(path, { force: true });
      throw error;
    }
  }

  /** Writes what is about to be done, and returns when it is on disk. */
  append(steps: readonly Step[]): void {
    this.#write(steps);
    fdatasyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(values: readonly unknown[]): void {
    const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
  }
}

/** Whether something was cut off, or is under way. */
export function hasJournal(pkgdb: string): boolean {
  return existsSync(besidePkgdb(pkgdb, JOURNAL));
}

/**
 * Reads the journal of a PKG_DBDIR.
 *
 * @returns undefined where there is none, and where it was cut off before anything was done
 * @throws PkgInstallError for a journal of another version
 */
export function readJournal(pkgdb: string): JournalText | undefined {
  const path = besidePkgdb(pkgdb, JOURNAL);
  const text = readIfThere(path);
  // A line that is not ended was being written, and what it says was not begun.
  const [first, ...rest] = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
  if (first === undefined) return undefined;
  const head = parseLine(path, first) as JournalHead;
  if (head.version !== VERSION) {
    throw new PkgInstallError(
      "ERR_PKGDB_DAMAGED",
      `${path} is a journal of version ${String(head.version)}; expected ${VERSION}`,
    );
  }
  return { head, steps: rest.map((line) => parseLine(path, line) as Step) };
}

/** Notes in a journal that a script was started; it matters only while the machine runs, and is not waited for. */
export function noteStart(pkgdb: string, pid: number): void {
  const mark: Step = { did: "start", identity: processIdentity(pid) };
  appendFileSync(besidePkgdb(pkgdb, JOURNAL), `${JSON.stringify(mark)}\n`);
}

/** Cuts off the line that was being written when the writer was killed. */
export function trimJournal(pkgdb: string): void {
  const path = besidePkgdb(pkgdb, JOURNAL);
  const bytes = readFileSync(path);
  truncateSync(path, bytes.lastIndexOf("\n") + 1);
}

/** Removes the journal, after which nothing is remembered of the change. */
export function removeJournal(pkgdb: string): void {
  const path = besidePkgdb(pkgdb, JOURNAL);
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

function parseLine(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new PkgInstallError("ERR_PKGDB_DAMAGED", `${path} is damaged: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return "";
    throw error;
  }
}

function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
