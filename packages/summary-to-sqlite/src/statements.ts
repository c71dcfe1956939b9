import type { Connection, SqlValue, Statement } from "./connection.ts";
import { CatalogueError, explainSqlite } from "./errors.ts";
import { decodeText } from "./text.ts";
import { enterWalMode } from "./wal-mode.ts";

/** What a character that is no UTF-8 looks like where its bytes were not asked for. */
const REPLACEMENT = "\ufffd";

/** A connection that compiles each statement once. */
export class Statements {
  /** The open database, for questions that have no method here. */
  readonly connection: Connection;
  /** The file. */
  readonly path: string;
  readonly #prepared = new Map<string, Statement>();
  #isWalOurs = false;

  constructor(connection: Connection, path: string) {
    this.connection = connection;
    this.path = path;
  }

  /** Closes the file; nothing can be asked any more. */
  close(): void {
    if (!this.connection.open) return;
    this.#prepared.clear();
    if (this.#isWalOurs) {
      try {
        // Without the right to write beside it, only a file at rest in this mode can be read.
        this.connection.pragma("journal_mode = DELETE");
      } catch {
        // Somebody else is reading it; the next who writes will do it.
      }
    }
    this.connection.close();
  }

  /**
   * Answers several questions from one state of the catalogue, whatever others write meanwhile.
   *
   * @throws CatalogueError; what the work throws
   */
  snapshot<T>(work: () => T): T {
    if (this.connection.inTransaction) return work();
    this.guard(() => this.connection.exec("BEGIN"));
    return this.#finish(work);
  }

  /**
   * Begins a transaction that no reader waits for. COMMIT or ROLLBACK on the connection ends it.
   *
   * @throws CatalogueError where another one is writing
   */
  beginWriting(): void {
    const { connection } = this;
    if (connection.inTransaction)
      throw new CatalogueError("ERR_CATALOGUE_BUSY", this.path, "this connection is already writing");
    this.guard(() => {
      if (!this.#isWalOurs && !connection.memory) enterWalMode(connection);
      this.#isWalOurs = true;
      connection.exec("BEGIN IMMEDIATE");
    });
  }

  /** Runs some work as one transaction: all of it happens, or nothing. */
  protected transaction<T>(work: () => T): T {
    this.beginWriting();
    return this.#finish(work);
  }

  /** Rows as arrays. */
  protected rows(sql: string, ...parameters: readonly SqlValue[]): unknown[] {
    return this.guard(() =>
      this.statement(sql)
        .raw()
        .all(...parameters),
    );
  }

  /** The first row as an array. */
  protected row(sql: string, ...parameters: readonly SqlValue[]): unknown {
    return this.guard(() =>
      this.statement(sql)
        .raw()
        .get(...parameters),
    );
  }

  /** The first column of each row. */
  protected column(sql: string, ...parameters: readonly SqlValue[]): unknown[] {
    return this.rows(sql, ...parameters).map((row) => (row as unknown[])[0]);
  }

  /** One text, of the row with this number. */
  protected text(table: string, column: string, id: number): string | undefined {
    const [text] = (this.row(`SELECT ${column} FROM ${table} WHERE id = ?`, id) ?? []) as [string?];
    if (!text?.includes(REPLACEMENT)) return text ?? undefined;
    const [bytes] = this.row(`SELECT CAST(${column} AS BLOB) FROM ${table} WHERE id = ?`, id) as [Uint8Array];
    return decodeText(bytes);
  }

  /** Runs a statement that changes something, and tells how many rows it changed. */
  protected run(sql: string, ...parameters: readonly SqlValue[]): number {
    return this.guard(() => this.statement(sql).run(...parameters).changes);
  }

  /** The compiled statement. */
  protected statement(sql: string): Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.connection.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  /** Lets errors of SQLite say what they mean here. */
  protected guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explainSqlite(error, this.path);
    }
  }

  #finish<T>(work: () => T): T {
    try {
      const result = work();
      this.guard(() => this.connection.exec("COMMIT"));
      return result;
    } catch (error) {
      if (this.connection.inTransaction) this.connection.exec("ROLLBACK");
      throw error;
    }
  }
}
