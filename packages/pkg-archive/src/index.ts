export { DamagedError, DigestError, LimitError, MalformedError, PackageError, SpecError } from "./errors.ts";
export { formatPackingList } from "./packing-list/format-packing-list.ts";
export type {
  PackingCommand,
  PackingDirectory,
  PackingFile,
  PackingItem,
  PackingLine,
  PackingList,
} from "./packing-list/packing-list.ts";
export { parsePackingList } from "./packing-list/parse-packing-list.ts";
export { openPackage, type OpenOptions, type PackageReader } from "./read/open-package.ts";
export type { PackageFile } from "./read/package-file.ts";
export { type SummaryFile, summaryRecord } from "./summary-record.ts";
export { decodeText, encodeText } from "./text.ts";
export { formatVariables, parseVariables, type Variables } from "./variables.ts";
export type { Compression } from "./write/compress.ts";
export type { PackageSpec } from "./write/package-spec.ts";
export { writePackage, type WriteOptions } from "./write/write-package.ts";
