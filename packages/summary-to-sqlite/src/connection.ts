import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";

/** A value that goes into or comes out of the database. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** A statement that was compiled once and is run many times. */
export interface Statement {
  run(...parameters: readonly SqlValue[]): { readonly changes: number };
  get(...parameters: readonly SqlValue[]): unknown;
  all(...parameters: readonly SqlValue[]): unknown[];
  /** Rows become arrays. */
  raw(): this;
}

/** An open database, as much of better-sqlite3's as is used here. */
export interface Connection {
  readonly inTransaction: boolean;
  readonly open: boolean;
  readonly readonly: boolean;
  /** Not in a file. */
  readonly memory: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  close(): unknown;
}

/** How long to wait for another process that writes, in milliseconds. */
export const BUSY_TIMEOUT = 10_000;

/** Opens a database file; it is made if it may be written and is not there. */
export function connect(path: string, isReadOnly: boolean): Connection {
  const options = { readonly: isReadOnly, timeout: BUSY_TIMEOUT };
  const connection = new Database(path, options) as Connection;
  if (!isReadOnly || canRead(connection)) return connection;
  connection.close();
  // It was left in WAL mode by somebody who was interrupted. Without the right to make the log's files beside it, it can
  // only be read as it is; as there is no log, it is whole.
  const isUnlogged = !existsSync(`${path}-wal`);
  return new Database(isUnlogged ? `${pathToFileURL(path).href}?immutable=1` : path, options) as Connection;
}

function canRead(connection: Connection): boolean {
  try {
    connection.prepare("SELECT count(*) FROM sqlite_master").get();
    return true;
  } catch (error) {
    return !/^SQLITE_(?:CANTOPEN|READONLY)/.test((error as { code: string }).code);
  }
}
