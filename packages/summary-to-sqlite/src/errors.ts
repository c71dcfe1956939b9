/** What went wrong, for programs. */
export type CatalogueErrorCode =
  | "ERR_CATALOGUE_BINDING"
  | "ERR_CATALOGUE_BUSY"
  | "ERR_CATALOGUE_DAMAGED"
  | "ERR_CATALOGUE_FOREIGN"
  | "ERR_CATALOGUE_NEWER"
  | "ERR_CATALOGUE_OPEN"
  | "ERR_CATALOGUE_QUERY"
  | "ERR_CATALOGUE_RECORD"
  | "ERR_CATALOGUE_SUMMARY"
  | "ERR_CATALOGUE_WRITE";

/** What this package throws; `code` tells the kinds apart. */
export class CatalogueError extends Error {
  override readonly name: string = "CatalogueError";
  readonly code: CatalogueErrorCode;
  /** The database file; undefined where it has no part in it. */
  readonly path: string | undefined;

  constructor(code: CatalogueErrorCode, path: string | undefined, problem: string, cause?: unknown) {
    super(path === undefined ? problem : `${path}: ${problem}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
  }
}

/** A summary that `readSummary()` cannot read. */
export class SummaryError extends CatalogueError {
  override readonly name = "SummaryError";

  constructor(problem: string, options?: { readonly cause?: unknown }) {
    super("ERR_CATALOGUE_SUMMARY", undefined, problem, options?.cause);
  }
}

/** Which record is wrong. */
interface RecordFacts {
  readonly repository: string;
  readonly number: number;
  readonly offset: number;
  readonly line: string | undefined;
}

/** A record of a summary that cannot be understood; nothing of that summary has been taken over. */
export class MalformedRecordError extends CatalogueError {
  override readonly name = "MalformedRecordError";
  /** The summary's repository. */
  readonly repository: string;
  /** The record's place in the stream; the first is 1. */
  readonly recordNumber: number;
  /** Where the record starts, in bytes of the text. */
  readonly textOffset: number;
  /** What is wrong with which record, for those who name the summary and the database themselves. */
  readonly problem: string;
  /** The line that has no `=`, if that is what is wrong, or its beginning. */
  readonly line: string | undefined;

  constructor(path: string, problem: string, facts: RecordFacts) {
    const { repository, number, offset, line } = facts;
    const place = `at byte ${offset} of its text`;
    super(
      "ERR_CATALOGUE_RECORD",
      path,
      `record ${number} of ${repository}, ${place}: ${problem}; nothing was changed`,
    );
    this.problem = `record ${number}, ${place}: ${problem}`;
    this.repository = repository;
    this.recordNumber = number;
    this.textOffset = offset;
    this.line = line;
  }
}

/**
 * Says what to do where SQLite cannot be loaded: npm or pnpm have been told to run no install scripts, or Node has been
 * exchanged for another version since. Other errors are given back as they are.
 */
export function explainBinding(error: unknown): unknown {
  const { code, message = "" } = error as { code?: unknown; message?: string };
  if (code !== "ERR_DLOPEN_FAILED" && !message.startsWith("Could not locate the bindings file")) return error;
  const found =
    code === "ERR_DLOPEN_FAILED" ? "is built for another system or version of Node" : "has not been built";
  const problem =
    `better-sqlite3, which is SQLite for Node, ${found} (this is ${process.version}, ${process.platform} ${process.arch}); ` +
    "install again and let it run its install script, or run `npm rebuild better-sqlite3` where it is installed";
  return new CatalogueError("ERR_CATALOGUE_BINDING", undefined, problem, error);
}

/** Says what an error of SQLite means for a catalogue; other errors are given back as they are. */
export function explainSqlite(error: unknown, path: string): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return explainBinding(error);
  const explain = (kind: CatalogueErrorCode, problem: string) =>
    new CatalogueError(kind, path, problem, error);
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code))
    return explain("ERR_CATALOGUE_BUSY", "another process is using it; try again when it has ended");
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code))
    return explain(
      "ERR_CATALOGUE_DAMAGED",
      `is damaged (${message}); remove it and read the summaries again`,
    );
  if (/^SQLITE_(?:FULL|IOERR|READONLY|PERM)/.test(code))
    return explain("ERR_CATALOGUE_WRITE", `cannot be written: ${message}; nothing was changed`);
  if (/^SQLITE_(?:CANTOPEN|AUTH)/.test(code))
    return explain("ERR_CATALOGUE_OPEN", `cannot be opened: ${message}`);
  return explain("ERR_CATALOGUE_QUERY", `${message}`);
}
