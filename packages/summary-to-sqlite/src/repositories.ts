import { shadow } from "./shadow.ts";
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
    return (this.rows(sql) as [string, number, string | null, string | null, number][]).map(
      ([url, priority, etag, lastModified, mtime]) => ({
        url,
        priority,
        etag: etag ?? undefined,
        lastModified: lastModified ?? undefined,
        mtime,
      }),
    );
  }

  /**
   * Makes these the repositories, first come first: new ones are noted, the packages of the others are forgotten.
   *
   * @returns the URLs that are there no longer
   * @throws CatalogueError
   */
  setRepositories(urls: readonly string[]): readonly string[] {
    const wanted = [...new Set(urls)];
    const known = this.repositories().map(({ url }) => url);
    if (known.length === wanted.length && known.every((url, index) => url === wanted[index])) return [];
    const removed = known.filter((url) => !wanted.includes(url));
    this.transaction(() => {
      for (const url of removed) this.#forget(url);
      for (const [priority, url] of wanted.entries()) {
        this.run("INSERT OR IGNORE INTO repository (url, priority) VALUES (?, ?)", url, priority);
        this.run("UPDATE repository SET priority = ? WHERE url = ?", priority, url);
      }
      shadow(this.connection);
    });
    return removed;
  }

  #forget(url: string): void {
    const ofIt = "(SELECT id FROM repository WHERE url = ?)";
    this.run(
      `DELETE FROM remote_detail WHERE id IN (SELECT id FROM remote_package WHERE repository = ${ofIt})`,
      url,
    );
    if (this.run(`DELETE FROM remote_package WHERE repository = ${ofIt}`, url) > 0)
      this.run("UPDATE revision SET current = current + 1");
    this.run("DELETE FROM repository WHERE url = ?", url);
  }
}
