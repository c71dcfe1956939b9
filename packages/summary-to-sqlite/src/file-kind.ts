import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { connect } from "./connection.ts";
import { CatalogueError } from "./errors.ts";
import { APPLICATION_ID } from "./schema.ts";

/** What stands at a path: nothing yet, a catalogue, the database of another pkgin, or something else. */
export type FileKind = "none" | "catalogue" | "pkgin" | "foreign";

/** Begins every SQLite database; https://www.sqlite.org/fileformat2.html */
const MAGIC = "SQLite format 3\0";
const HEADER_SIZE = 100;
const APPLICATION_ID_OFFSET = 68;

/**
 * Finds out what a file is, without SQLite as far as that goes: it must not be opened as a database to be written before
 * that is known.
 *
 * @throws CatalogueError for a file that cannot be read
 */
export function fileKind(path: string): FileKind {
  if (path === ":memory:" || path === "") return "none";
  const header = readHeader(path);
  if (header.length === 0) return "none";
  if (header.length < HEADER_SIZE || header.toString("latin1", 0, MAGIC.length) !== MAGIC) return "foreign";
  const applicationId = header.readUInt32BE(APPLICATION_ID_OFFSET);
  if (applicationId === APPLICATION_ID) return "catalogue";
  return applicationId === 0 ? unmarkedKind(path) : "foreign";
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && existsSync(dirname(path))) return Buffer.alloc(0);
    const problem = isMissing ? "its directory is not there; make it first" : (error as Error).message;
    throw new CatalogueError("ERR_CATALOGUE_OPEN", path, `cannot be opened: ${problem}`, error);
  }
  try {
    return header.subarray(0, readSync(fd, header));
  } catch (error) {
    const problem =
      (error as NodeJS.ErrnoException).code === "EISDIR"
        ? "a catalogue of packages was expected, found a directory; move it away or name another"
        : `cannot be read: ${(error as Error).message}`;
    throw new CatalogueError("ERR_CATALOGUE_OPEN", path, problem, error);
  } finally {
    closeSync(fd);
  }
}

function unmarkedKind(path: string): FileKind {
  const connection = connect(path, true);
  try {
    const tables = connection
      .prepare("SELECT lower(name) FROM sqlite_master WHERE type = 'table'")
      .raw()
      .all();
    const names = new Set((tables as [string][]).map(([name]) => name));
    if (names.size === 0) return "none";
    return names.has("remote_pkg") && names.has("local_pkg") ? "pkgin" : "foreign";
  } finally {
    connection.close();
  }
}
