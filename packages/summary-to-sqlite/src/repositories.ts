import { Statements } from "./statements.ts";

/** A repository that packages come from. */
export interface Repository {
  readonly url: string;
  /** 0 for the first, whose packages go before those of the others. */
  readonly priority: number;
  /** The ETag of its summary, as the server sent it. */
  readonly etag: string | undefined;
  /** The Last-Modified of its summary, as the server sent it. */
  readonly lastModified: string | undefined;
  /** The same in seconds, or when the summary was read where the server told none; 0 if it never was. */
  readonly mtime: number;
}

/** What a catalogue knows of its repositories. */
export class Repositories extends Statements {
  /** The repositories in order of their priority. */
  repositories(): readonly Repository[] {
    const sql = "SELECT url, priority, etag, last_modified, mtime FROM repository ORDER BY priority";
    return this.rows(sql).map((row) => {
      const [url, priority, etag, lastModified, mtime] = row as [
        string,
        number,
        string | null,
        string | null,
        number,
      ];
      return { url, priority, etag: etag ?? undefined, lastModified: lastModified ?? undefined, mtime };
    });
  }

  /**
   * Makes these the repositories, first come first: new ones are noted, the packages of the others are forgotten.
   *
   * @returns the URLs that are there no longer
   */
  setRepositories(urls: readonly string[]): readonly string[] {
    const wanted = [...new Set(urls)];
    const known = this.repositories();
    if (known.length === wanted.length && known.every(({ url }, index) => url === wanted[index])) return [];
    return this.transaction(() => {
      const removed = this.repositories()
        .map(({ url }) => url)
        .filter((url) => !wanted.includes(url));
      for (const url of removed) this.#forget(url);
      for (const [priority, url] of wanted.entries()) {
        this.run(
          "INSERT INTO repository (url, priority) VALUES (?, ?) ON CONFLICT (url) DO UPDATE SET priority = excluded.priority",
          url,
          priority,
        );
      }
      this.shadow();
      return removed;
    });
  }

  /** Notes which packages stand behind one of the same full name in a repository that goes before theirs. */
  shadow(): void {
    const isBehind = `EXISTS (SELECT 1 FROM remote_package q JOIN repository s ON s.id = q.repository
      WHERE q.fullname = remote_package.fullname AND s.priority <
        (SELECT priority FROM repository WHERE id = remote_package.repository))`;
    const several = "(SELECT count(*) FROM repository) > 1";
    this.run(
      `UPDATE remote_package SET shadowed = NOT shadowed WHERE ${several} AND shadowed <> (${isBehind})`,
    );
    this.run(`UPDATE remote_package SET shadowed = 0 WHERE shadowed AND NOT ${several}`);
  }

  #forget(url: string): void {
    const ids = "SELECT p.id FROM remote_package p JOIN repository r ON r.id = p.repository WHERE r.url = ?";
    this.run(`DELETE FROM remote_relation WHERE package IN (${ids})`, url);
    this.run(`DELETE FROM remote_description WHERE id IN (${ids})`, url);
    this.run(`DELETE FROM remote_package WHERE id IN (${ids})`, url);
    this.run("DELETE FROM repository WHERE url = ?", url);
  }
}
