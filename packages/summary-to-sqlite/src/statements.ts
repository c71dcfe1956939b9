import type { Connection, SqlValue, Statement } from "./connection.ts";

/** A connection that compiles each statement once. */
export class Statements {
  /** The open database, for questions that have no method here. */
  readonly connection: Connection;
  readonly #prepared = new Map<string, Statement>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Closes the file; nothing can be asked any more. */
  close(): void {
    this.connection.close();
  }

  /** Rows as arrays. */
  protected rows(sql: string, ...parameters: readonly SqlValue[]): unknown[] {
    return this.#statement(sql, (statement) => statement.raw()).all(...parameters);
  }

  /** The first row as an array. */
  protected row(sql: string, ...parameters: readonly SqlValue[]): unknown {
    return this.#statement(sql, (statement) => statement.raw()).get(...parameters);
  }

  /** The first column of each row. */
  protected column(sql: string, ...parameters: readonly SqlValue[]): unknown[] {
    return this.#statement(sql, (statement) => statement.pluck()).all(...parameters);
  }

  /** Runs a statement that changes something, and tells how many rows it changed. */
  protected run(sql: string, ...parameters: readonly SqlValue[]): number {
    return this.#statement(sql, (statement) => statement).run(...parameters).changes;
  }

  /** Runs some work as one transaction: all of it happens, or nothing. */
  protected transaction<T>(work: () => T): T {
    return inTransaction(this.connection, work);
  }

  #statement(sql: string, mode: (statement: Statement) => Statement): Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = mode(this.connection.prepare(sql));
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

/** Runs some work as one transaction: all of it happens, or nothing. */
export function inTransaction<T>(connection: Connection, work: () => T): T {
  connection.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    connection.exec("COMMIT");
    return result;
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}
