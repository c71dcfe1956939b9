import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { isSystemError, PkgInstallError } from "../errors.ts";
import { besidePkgdb } from "./beside-pkgdb.ts";
import { processIdentity } from "./process-identity.ts";
import { isKnownStep, type Step } from "./step.ts";

/*
 * The journal is a file beside PKG_DBDIR with a JSON value on each line: first what is being changed, then the steps. Steps are
 * brought to disk before they are done, many at once where they do not depend on a script. Where the last line says
 * "commit", everything is in place and only what was kept is left to be removed; otherwise all steps are taken back, the
 * last first, and "undone" says that only the staging directories are left to be removed. Taking back a step that was not done
 * changes nothing, so it matters neither which of them were done nor whether taking back was itself cut off.
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
    const path = journalOf(pkgdb);
    this.#fd = openSync(path, "ax+", 0o600);
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

  /** All steps so far; they are there even where a script has removed the file. */
  steps(): readonly Step[] {
    const bytes = Buffer.alloc(fstatSync(this.#fd).size);
    for (let done = 0; done < bytes.length;) {
      const got = readSync(this.#fd, bytes, done, bytes.length - done, done);
      if (got === 0) break;
      done += got;
    }
    return parseJournal("the journal", bytes.toString())?.steps ?? [];
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(values: readonly unknown[]): void {
    const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
  }
}

/** The path of a PKG_DBDIR's journal. */
export function journalOf(pkgdb: string): string {
  return besidePkgdb(pkgdb, JOURNAL);
}

/** Whether something was cut off, or is under way. */
export function hasJournal(pkgdb: string): boolean {
  return existsSync(journalOf(pkgdb));
}

/**
 * Reads the journal of a PKG_DBDIR.
 *
 * @returns undefined where there is none, and where it was cut off before anything was done
 * @throws PkgInstallError for a journal of another version, or one that cannot be understood
 */
export function readJournal(pkgdb: string): JournalText | undefined {
  const path = journalOf(pkgdb);
  return parseJournal(path, readIfThere(path));
}

function parseJournal(path: string, text: string): JournalText | undefined {
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
  return { head, steps: rest.map((line) => parseStep(path, line)) };
}

/** Notes in a journal that a script was started; it matters only while the machine runs, and is not waited for. */
export function noteStart(pkgdb: string, pid: number): void {
  note(pkgdb, { did: "start", identity: processIdentity(pid) });
}

/** Notes that all steps were taken back, so that nobody looks for what was kept. */
export function noteUndone(pkgdb: string): void {
  note(pkgdb, { did: "undone" });
}

/** Where the disk is full, or somebody has removed the journal, it goes without a note. */
function note(pkgdb: string, mark: Step): void {
  try {
    const fd = openSync(journalOf(pkgdb), constants.O_WRONLY | constants.O_APPEND);
    try {
      appendFileSync(fd, `${JSON.stringify(mark)}\n`);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error, "ENOSPC", "EDQUOT", "ENOENT")) throw error;
    trimJournal(pkgdb);
  }
}

/** Cuts off a line that was being written when the writer was killed, or the disk was full. */
export function trimJournal(pkgdb: string): void {
  if (!hasJournal(pkgdb)) return;
  const path = journalOf(pkgdb);
  const bytes = readFileSync(path);
  truncateSync(path, bytes.lastIndexOf("\n") + 1);
}

/** Removes the journal, after which nothing is remembered of the change. */
export function removeJournal(pkgdb: string): void {
  const path = journalOf(pkgdb);
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

function parseStep(path: string, line: string): Step {
  const step = parseLine(path, line) as Step;
  if (!isKnownStep(step)) throw damaged(path, `a step ${line.slice(0, 80)} is not known`);
  return step;
}

function parseLine(path: string, line: string): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw damaged(path, (error as Error).message);
  }
  if (typeof value === "object" && value !== null) return value;
  throw damaged(path, `${line.slice(0, 80)} is no step`);
}

function damaged(path: string, reason: string): PkgInstallError {
  return new PkgInstallError(
    "ERR_PKGDB_DAMAGED",
    `${path} is damaged: ${reason}; what was replaced is in directories named .pkg-install.*: put that back, then remove the journal`,
  );
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return "";
    throw error;
  }
}

/** Brings to disk what has come into a directory or gone from it. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
