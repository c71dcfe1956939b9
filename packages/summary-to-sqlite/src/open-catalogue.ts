import { existsSync, renameSync } from "node:fs";
import { Catalogue } from "./catalogue.ts";
import { connect, type Connection } from "./connection.ts";
import { CatalogueError, explainSqlite } from "./errors.ts";
import { type FileKind, fileKind } from "./file-kind.ts";
import { APPLICATION_ID, MIGRATIONS, TABLES_AND_VIEWS } from "./schema.ts";

/** How a catalogue is opened. */
export interface OpenCatalogueOptions {
  /** Only ask: the file must exist, and no right to write to it or beside it is needed. */
  readonly readOnly?: boolean;
  /** The most memory that SQLite keeps pages of the file in, in bytes; an import takes all of it. Default: 2,000 KiB. */
  readonly cacheSize?: number;
  /**
   * The path is this catalogue's own: whatever else stands there is taken for a catalogue that was ruined, and put aside as
   * `<path>.damaged`. Default: false.
   */
  readonly replaceForeign?: boolean;
}

/*
 * cache_size: SQLite's own default of 2 MB, where better-sqlite3 has 16. Rows are written in order and indexes of a first
 * import are sorted at its end, so more would only be more memory.
 * synchronous: NORMAL is safe in WAL mode; a power cut may lose the last update but cannot damage the file.
 * page_size: a summary is written and read in long runs; with pages of 32 KiB instead of 4 that takes an eighth of the system
 * calls and of the log's frames, and a fifth less time. A single package is found in one page more or less all the same.
 */
const DEFAULT_CACHE_SIZE = 2000 * 1024;
const PRAGMAS_OF_NEW = ["page_size = 32768"];

/**
 * Opens a catalogue file, and makes it where there is none; a file of an earlier version is brought up to date.
 *
 * The database of another pkgin, or a damaged catalogue, is put aside as `<path>.old` or `<path>.damaged` and made anew:
 * everything in it can be read again from where it came.
 *
 * @throws CatalogueError where the file cannot be opened, is something else, or is of a later version
 */
export function openCatalogue(path: string, options: OpenCatalogueOptions = {}): Catalogue {
  const isReadOnly = options.readOnly === true;
  try {
    const kind = fileKind(path);
    if (isReadOnly) return openToRead(path, kind, options);
    if (kind === "foreign") {
      if (options.replaceForeign !== true) throw foreign(path);
      return replace(path, "damaged", options);
    }
    if (kind === "pkgin") return replace(path, "old", options);
    if (kind === "none") return openToWrite(path, { ...options, isNew: true });
    try {
      return openToWrite(path, { ...options, isNew: false });
    } catch (error) {
      if (explainedCode(error, path) !== "ERR_CATALOGUE_DAMAGED") throw error;
      return replace(path, "damaged", options);
    }
  } catch (error) {
    throw explainSqlite(error, path);
  }
}

function openToRead(path: string, kind: FileKind, options: OpenCatalogueOptions): Catalogue {
  const refuse = (problem: string) => new CatalogueError("ERR_CATALOGUE_OPEN", path, problem);
  if (kind === "none") throw refuse("there is no catalogue yet; read a summary first");
  if (kind !== "catalogue") throw foreign(path);
  const connection = connect(path, true);
  try {
    for (const pragma of pragmas(options)) connection.pragma(pragma);
    if (versionOf(connection, path) < MIGRATIONS.length)
      throw refuse(
        "was made by an earlier version; it is brought up to date when somebody opens it who may write",
      );
    checkSchema(connection, path);
    return new Catalogue(connection, path, { isNew: false });
  } catch (error) {
    connection.close();
    throw error;
  }
}

interface WriteOptions extends OpenCatalogueOptions {
  readonly isNew: boolean;
  /** Where the file is now that was there before. */
  readonly replaced?: string;
}

function openToWrite(path: string, options: WriteOptions): Catalogue {
  const { isNew, replaced } = options;
  const connection = connect(path, false);
  try {
    for (const pragma of [...(isNew ? PRAGMAS_OF_NEW : []), ...pragmas(options)]) connection.pragma(pragma);
    if (versionOf(connection, path) < MIGRATIONS.length) migrate(connection, path);
    checkSchema(connection, path);
    return new Catalogue(connection, path, { isNew, replaced });
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Puts a file aside, with what SQLite keeps beside it, and makes it anew. */
function replace(path: string, suffix: "damaged" | "old", options: OpenCatalogueOptions): Catalogue {
  const aside = `${path}.${suffix}`;
  for (const part of ["-journal", "-wal", "-shm", ""]) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  return openToWrite(path, { ...options, isNew: true, replaced: aside });
}

function pragmas({ cacheSize = DEFAULT_CACHE_SIZE }: OpenCatalogueOptions): readonly string[] {
  // Below zero it is in KiB, not in pages.
  return [`cache_size = -${Math.ceil(cacheSize / 1024)}`, "synchronous = NORMAL"];
}

function migrate(connection: Connection, path: string): void {
  connection.exec("BEGIN IMMEDIATE");
  // Another process may have been faster.
  for (const step of MIGRATIONS.slice(versionOf(connection, path))) connection.exec(step);
  connection.pragma(`application_id = ${APPLICATION_ID}`);
  connection.pragma(`user_version = ${MIGRATIONS.length}`);
  connection.exec("COMMIT");
}

function versionOf(connection: Connection, path: string): number {
  // Reads the schema too, so that a file in which not even that is whole is noticed here.
  connection.prepare("SELECT count(*) FROM sqlite_master").get();
  const version = connection.pragma("user_version", { simple: true }) as number;
  if (version <= MIGRATIONS.length) return version;
  throw new CatalogueError(
    "ERR_CATALOGUE_NEWER",
    path,
    `version ${MIGRATIONS.length} of the catalogue or earlier was expected, found ${version}; a later release made it: use that, or remove the file`,
  );
}

/** A table or view that is gone would be missed only by the one question that needs it, so it is looked for now. */
function checkSchema(connection: Connection, path: string): void {
  const list = connection.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").raw();
  const found = new Set((list.all() as [string][]).map(([name]) => name));
  const missing = TABLES_AND_VIEWS.find((name) => !found.has(name));
  if (missing === undefined) return;
  const damage = new Error(`it has no ${missing}`);
  const problem = `is damaged (${damage.message}); remove it and read the summaries again`;
  throw new CatalogueError("ERR_CATALOGUE_DAMAGED", path, problem, damage);
}

function explainedCode(error: unknown, path: string): string | undefined {
  return (explainSqlite(error, path) as { code?: string }).code;
}

function foreign(path: string): CatalogueError {
  const problem =
    "a catalogue of packages was expected, found another kind of file; move it away or name another";
  return new CatalogueError("ERR_CATALOGUE_FOREIGN", path, problem);
}
