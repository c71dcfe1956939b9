export { decompress, type DecompressOptions } from "./decompress.ts";
export {
  DecompressError,
  type DecompressErrorCode,
  type DecompressErrorFacts,
  type Format,
} from "./decompress-error.ts";
export { toNdjson } from "./ndjson.ts";
export { RecordError, type RecordErrorCode } from "./record-error.ts";
export { records, type RecordsOptions } from "./records.ts";
export type { SummaryRecord } from "./summary-record.ts";
export { decodeText, encodeText } from "./text.ts";
