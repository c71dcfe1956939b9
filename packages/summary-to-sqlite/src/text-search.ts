import { BUSY_TIMEOUT } from "./connection.ts";
import type { CatalogueError } from "./errors.ts";
import type { RemotePackage } from "./packages.ts";
import { RemoteQueries } from "./remote-queries.ts";

/** A package that a full-text search found. */
export interface SearchHit {
  readonly remote: RemotePackage;
  /** How well it fits; only good for comparing the hits of one search. */
  readonly score: number;
}

/** How a full-text search is done. */
export interface SearchTextOptions {
  /** The most hits. Default: 100. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 100;

/** How much more a word counts in the name, the comment and the description. */
const WEIGHTS = "10, 4, 1";

/*
 * The index over names, comments and descriptions is made at the first search, not at the import, of which it would take as
 * long again; many catalogues are never searched that way. Later searches only add what imports have changed since.
 * It holds no text (that is in the tables), but places of words, for phrases.
 */
const FTS5 = "USING fts5(name, comment, description, content='', contentless_delete=1)";

/** Searching in names, comments and descriptions at once. */
export class TextSearch extends RemoteQueries {
  #temporaryRevision = -1;

  /**
   * Finds the packages whose name, comment and description together have all of some words, the best first.
   *
   * Case does not matter. `word*` finds words that begin so, `"several words"` a phrase.
   *
   * @throws CatalogueError
   */
  searchText(words: string, options: SearchTextOptions = {}): readonly SearchHit[] {
    const query = toQuery(words);
    if (query === "") return [];
    const table = this.#upToDateTable();
    const sql = `SELECT s.rowid, bm25(${table}, ${WEIGHTS}) AS rank FROM ${table} s
      JOIN remote_package p ON p.id = s.rowid WHERE ${table} MATCH ? AND NOT p.shadowed
      ORDER BY rank, p.name, p.id LIMIT ?`;
    const hits = this.rows(sql, query, options.limit ?? DEFAULT_LIMIT) as [number, number][];
    return hits.flatMap(([id, rank]) => this.byIds([id]).map((remote) => ({ remote, score: -rank })));
  }

  #upToDateTable(): string {
    const [current, searchable] = this.row("SELECT current, searchable FROM revision") as [number, number];
    if (current === searchable) return "search";
    // In a transaction that only reads it cannot be brought up to date; that another one writes is no reason to wait.
    if (this.connection.readonly || this.connection.inTransaction) return this.#temporaryTable(current);
    this.connection.pragma("busy_timeout = 0");
    try {
      this.transaction(() => this.#update());
      return "search";
    } catch (error) {
      const { code } = error as CatalogueError;
      if (code !== "ERR_CATALOGUE_BUSY" && code !== "ERR_CATALOGUE_WRITE") throw error;
      return this.#temporaryTable(current);
    } finally {
      this.connection.pragma(`busy_timeout = ${BUSY_TIMEOUT}`);
    }
  }

  #update(): void {
    // Once more, as it may have changed before the transaction began.
    const [current, searchable] = this.row("SELECT current, searchable FROM revision") as [number, number];
    if (searchable < 0) this.connection.exec(`CREATE VIRTUAL TABLE search ${FTS5}`);
    else
      this.run(`DELETE FROM search WHERE rowid IN (
        SELECT id FROM search_docsize EXCEPT SELECT id FROM remote_package)`);
    this.#add("search", searchable);
    this.run("UPDATE revision SET searchable = ?", current);
  }

  #temporaryTable(revision: number): string {
    if (this.#temporaryRevision !== revision) {
      this.guard(() => {
        this.connection.exec(
          `DROP TABLE IF EXISTS temp.search_now; CREATE VIRTUAL TABLE temp.search_now ${FTS5}`,
        );
        this.#add("search_now", -1);
      });
      this.#temporaryRevision = revision;
    }
    return "search_now";
  }

  #add(table: string, after: number): void {
    this.run(
      `INSERT OR REPLACE INTO ${table} (rowid, name, comment, description)
        SELECT p.id, p.name, p.comment, d.description FROM remote_package p JOIN remote_detail d ON d.id = p.id
        WHERE p.revision > ?`,
      after,
    );
  }
}

/** Writes words as FTS5 has them: each quoted, so that nothing in it has a meaning of its own. */
function toQuery(words: string): string {
  // It ends SQL's own strings.
  return [...words.replaceAll("\0", " ").matchAll(/"([^"]*)"|([^\s"]+)/g)]
    .map(([, phrase, word = ""]) => {
      if (phrase !== undefined) return phrase.trim() === "" ? "" : `"${phrase}"`;
      return word.endsWith("*") ? `"${word.slice(0, -1)}"*` : `"${word}"`;
    })
    .join(" ")
    .trim();
}
