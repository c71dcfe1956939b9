export { decompress, type DecompressOptions } from "./decompress.ts";
export type { Format } from "./detect.ts";
export {
  CorruptError,
  type ErrorFacts,
  LimitError,
  MalformedRecordError,
  RecordStreamError,
  TrailingGarbageError,
  TruncatedError,
  UnsupportedFormatError,
} from "./errors.ts";
export type { Limits } from "./limit-output.ts";
export { textToNdjson, toNdjson } from "./ndjson.ts";
export { records, type RecordsOptions } from "./records.ts";
export type { SummaryRecord } from "./summary-record.ts";
export { decodeText, encodeText } from "./text.ts";
