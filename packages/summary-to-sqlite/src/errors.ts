/** What went wrong, for programs. */
export type CatalogueErrorCode =
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

/** Says what an error of SQLite means for a catalogue; other errors are given back as they are. */
export function explainSqlite(error: unknown, path: string): unknown {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return error;
  const explain = (kind: CatalogueErrorCode, problem: string) =>
    new CatalogueError(kind, path, problem, error);
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code))
    return explain("ERR_CATALOGUE_BUSY", "another process is writing to it; try again when it has ended");
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
