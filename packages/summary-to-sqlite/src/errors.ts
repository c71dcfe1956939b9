/** What went wrong, for programs. */
export type CatalogueErrorCode =
  | "ERR_CATALOGUE_BUSY"
  | "ERR_CATALOGUE_FOREIGN"
  | "ERR_CATALOGUE_NEWER"
  | "ERR_CATALOGUE_OPEN"
  | "ERR_CATALOGUE_RECORD"
  | "ERR_CATALOGUE_REPOSITORY"
  | "ERR_CATALOGUE_WRITE";

/** What this package throws; `code` tells the kinds apart. */
export class CatalogueError extends Error {
  override readonly name: string = "CatalogueError";
  readonly code: CatalogueErrorCode;
  /** The database file. */
  readonly path: string;

  constructor(code: CatalogueErrorCode, path: string, problem: string, cause?: unknown) {
    super(`${path}: ${problem}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
  }
}
