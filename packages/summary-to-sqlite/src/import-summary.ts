import { hash } from "node:crypto";
import type { Catalogue } from "./catalogue.ts";
import { CatalogueError } from "./errors.ts";
import { fullName, PackageWriter } from "./package-writer.ts";

/** A record of a summary, as `bz2-record-stream` yields it. */
export interface SummaryRecord {
  /** Its place in the stream; the first is 1. */
  readonly number: number;
  /** Where it starts, in bytes of the text. */
  readonly offset: number;
  /** Its text without the empty line that ends it. */
  readonly bytes: Uint8Array;
  /** Its variables, each with its values, one for each line, in order. */
  fields(): ReadonlyMap<string, readonly string[]>;
}

/** How a summary is imported. */
export interface ImportOptions {
  /** What the server told about the summary, to be asked about next time. */
  readonly validators?: { readonly etag?: string | undefined; readonly lastModified?: string | undefined };
  /** Stops the import; the old rows stay. */
  readonly signal?: AbortSignal;
}

/** What an import changed, in packages. */
export interface ImportStatistics {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** What the repository has now. */
  readonly total: number;
}

/**
 * Replaces what is known of a repository's packages by a summary, in one transaction: if the records end badly, or the
 * signal comes, everything stays as it was.
 *
 * @param repository URL of a repository of the catalogue; an unknown one is added behind the others
 * @throws CatalogueError; what the records throw
 */
export async function importSummary(
  catalogue: Catalogue,
  repository: string,
  batches: AsyncIterable<readonly SummaryRecord[]>,
  options: ImportOptions = {},
): Promise<ImportStatistics> {
  const { connection } = catalogue;
  connection.exec("BEGIN IMMEDIATE");
  try {
    const statistics = await replace(catalogue, repository, batches, options);
    connection.exec("COMMIT");
    return statistics;
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

async function replace(
  catalogue: Catalogue,
  url: string,
  batches: AsyncIterable<readonly SummaryRecord[]>,
  { validators = {}, signal }: ImportOptions,
): Promise<ImportStatistics> {
  const { connection } = catalogue;
  connection
    .prepare(
      "INSERT OR IGNORE INTO repository (url, priority) SELECT ?, coalesce(max(priority) + 1, 0) FROM repository",
    )
    .run(url);
  const id = connection.prepare("SELECT id FROM repository WHERE url = ?").pluck().get(url) as number;
  connection.exec("CREATE TEMP TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY); DELETE FROM seen");
  const find = connection
    .prepare("SELECT id FROM remote_package WHERE repository = ? AND digest = ?")
    .pluck();
  const see = connection.prepare("INSERT OR IGNORE INTO seen VALUES (?)");
  const named = connection
    .prepare("SELECT id FROM remote_package WHERE repository = ? AND fullname = ?")
    .pluck();
  const writer = new PackageWriter(connection, "remote", ["repository", "digest"]);
  const drop = ["relation WHERE package", "description WHERE id", "package WHERE id"].map((rest) =>
    connection.prepare(`DELETE FROM remote_${rest} = ?`),
  );
  let [added, changed, unchanged] = [0, 0, 0];
  for await (const batch of batches) {
    signal?.throwIfAborted();
    for (const record of batch) {
      const digest = hash("sha1", record.bytes, "buffer");
      const same = find.get(id, digest) as number | undefined;
      if (same !== undefined) {
        if (see.run(same).changes > 0) unchanged += 1;
        continue;
      }
      const fields = record.fields();
      const name = fullName(fields);
      if (name === undefined)
        throw new CatalogueError(
          "ERR_CATALOGUE_RECORD",
          connection.name,
          `record ${record.number}, at byte ${record.offset} of ${url}: PKGNAME was expected, found none`,
        );
      const old = named.get(id, name) as number | undefined;
      if (old !== undefined) {
        for (const statement of drop) statement.run(old);
        changed += 1;
      } else added += 1;
      see.run(writer.write(fields, [id, digest]));
    }
  }
  const gone = connection
    .prepare("SELECT id FROM remote_package WHERE repository = ? AND id NOT IN (SELECT id FROM seen)")
    .pluck()
    .all(id) as number[];
  for (const old of gone) for (const statement of drop) statement.run(old);
  const time = Date.parse(validators.lastModified ?? "");
  connection
    .prepare("UPDATE repository SET etag = ?, last_modified = ?, mtime = ? WHERE id = ?")
    .run(
      validators.etag ?? null,
      validators.lastModified ?? null,
      Math.trunc((Number.isNaN(time) ? Date.now() : time) / 1000),
      id,
    );
  catalogue.shadow();
  return { added, changed, removed: gone.length, unchanged, total: added + changed + unchanged };
}
