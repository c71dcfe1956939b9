export { Catalogue, type LocalInput, type ReplaceLocalOptions, type Unresolved } from "./catalogue.ts";
export type { Connection, SqlValue, Statement } from "./connection.ts";
export {
  CatalogueError,
  type CatalogueErrorCode,
  explainBinding,
  MalformedRecordError,
  SummaryError,
} from "./errors.ts";
export {
  importSummary,
  type ImportOptions,
  type ImportStatistics,
  type Validators,
} from "./import-summary.ts";
export type { PkgdbStamp, Statistics } from "./local-queries.ts";
export { openCatalogue, type OpenCatalogueOptions } from "./open-catalogue.ts";
export type { LocalPackage, PackageRow, RemotePackage } from "./packages.ts";
export type { Fields } from "./package-record.ts";
export { readSummary } from "./read-summary.ts";
export type { Repository } from "./repositories.ts";
export type { SummaryRecord } from "./summary-record.ts";
export type { SearchHit, SearchTextOptions } from "./text-search.ts";
