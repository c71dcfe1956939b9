/** A value that goes into or comes out of the database. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** A statement that was compiled once and is run many times. */
export interface Statement {
  run(...parameters: readonly SqlValue[]): {
    readonly changes: number;
    readonly lastInsertRowid: number | bigint;
  };
  get(...parameters: readonly SqlValue[]): unknown;
  all(...parameters: readonly SqlValue[]): unknown[];
  /** Rows become their first column. */
  pluck(): this;
  /** Rows become arrays. */
  raw(): this;
}

/** An open database, as much of better-sqlite3's as is used here. */
export interface Connection {
  readonly name: string;
  readonly readonly: boolean;
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  close(): unknown;
}
