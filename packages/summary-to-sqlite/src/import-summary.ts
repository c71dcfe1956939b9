import type { Catalogue } from "./catalogue.ts";
import { explainSqlite } from "./errors.ts";
import type { RepositoryImport } from "./repository-import.ts";
import type { SummaryRecord } from "./summary-record.ts";
import { untilAborted } from "./until-aborted.ts";

/** What a server tells of a version of a file, to be asked whether it is still the same. */
export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** How a summary is imported. */
export interface ImportOptions {
  /** What the server told about the summary, to be asked about next time. */
  readonly validators?: Validators;
  /** Stops the import; everything stays as it was. */
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
 * Replaces what is known of a repository's packages by a summary, in one transaction: others see the old packages until
 * all new ones are there, and if the records end badly, or the signal comes, everything stays as it was.
 *
 * A record whose bytes are those of last time is neither taken apart nor written. Of two records with the same PKGNAME
 * the first counts.
 *
 * @param repository URL of a repository of the catalogue; an unknown one is added behind the others
 * @param batches the summary's records; the bytes of a batch need to stay only until the next one is asked for
 * @throws MalformedRecordError for a record that cannot be understood
 * @throws CatalogueError where the catalogue cannot be written; what the records throw
 */
export async function importSummary(
  catalogue: Catalogue,
  repository: string,
  batches: AsyncIterable<readonly SummaryRecord[]>,
  options: ImportOptions = {},
): Promise<ImportStatistics> {
  const { connection } = catalogue;
  // Loaded only now, with what it needs of Node: most who open a catalogue only ask.
  const { RepositoryImport: Import } = await import("./repository-import.ts");
  let target: RepositoryImport | undefined;
  const begin = () => {
    catalogue.beginWriting();
    return new Import(catalogue, repository);
  };
  try {
    for await (const batch of untilAborted(batches, options.signal)) {
      // Not earlier: nobody is kept from writing before there is something to write.
      target ??= begin();
      for (const record of batch) target.add(record);
    }
    target ??= begin();
    const statistics = target.finish(options.validators ?? {});
    connection.exec("COMMIT");
    return statistics;
  } catch (error) {
    if (target !== undefined && connection.inTransaction) connection.exec("ROLLBACK");
    throw explainSqlite(error, catalogue.path);
  }
}
