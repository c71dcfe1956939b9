import type { SummaryRecord } from "./summary-record.ts";
import { decodeText } from "./text.ts";

/**
 * Writes a record as one line of JSON, with its newline.
 *
 * A variable that occurs once is a string, one that occurs several times an array of strings, in order. Bytes that are no
 * UTF-8 are written as `\udc80` to `\udcff`.
 *
 * @throws MalformedRecordError for a line without `=`
 */
export function toNdjson(record: SummaryRecord): string {
  const object: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, values] of record.fields())
    object[name] = values.length === 1 ? (values[0] ?? "") : values;
  return `${JSON.stringify(object)}\n`;
}

/** Writes a record's text as one line of JSON, a string, with its newline; the inverse is `JSON.parse`, then `encodeText`. */
export function textToNdjson(record: SummaryRecord): string {
  return `${JSON.stringify(decodeText(record.bytes))}\n`;
}
