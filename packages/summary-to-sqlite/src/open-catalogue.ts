import Database from "better-sqlite3";
import { Catalogue } from "./catalogue.ts";
import type { Connection } from "./connection.ts";
import { CatalogueError } from "./errors.ts";
import { APPLICATION_ID, CREATE_SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** How a catalogue is opened. */
export interface OpenCatalogueOptions {
  /** Open without the right to write; the file must exist. */
  readonly readOnly?: boolean;
}

/** How long to wait for another process that writes, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens a catalogue file, and makes it where there is none.
 *
 * @throws CatalogueError where the file cannot be opened, is no catalogue, or is of a later version
 */
export function openCatalogue(path: string, options: OpenCatalogueOptions = {}): Catalogue {
  const readOnly = options.readOnly === true;
  const connection = connect(path, readOnly);
  try {
    connection.pragma("cache_size = -2000");
    if (!readOnly) connection.pragma("journal_mode = WAL");
    create(connection);
    return new Catalogue(connection);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connect(path: string, readOnly: boolean): Connection {
  try {
    return new Database(path, { readonly: readOnly, timeout: BUSY_TIMEOUT }) as Connection;
  } catch (error) {
    throw new CatalogueError(
      "ERR_CATALOGUE_OPEN",
      path,
      `cannot be opened: ${(error as Error).message}`,
      error,
    );
  }
}

function create(connection: Connection): void {
  if (connection.pragma("user_version", { simple: true }) === SCHEMA_VERSION) return;
  connection.exec(
    `BEGIN IMMEDIATE; ${CREATE_SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`,
  );
}
