import { SummaryError } from "./errors.ts";
import type { Piece } from "./split.ts";
import type { SummaryRecord } from "./summary-record.ts";
import { encodeText } from "./text.ts";

/**
 * Reads one JSON object a line, of which each member is a variable: a string, or an array of strings for several lines.
 *
 * @throws SummaryError for a line that is something else
 */
export async function* parseNdjson(
  lines: AsyncIterable<readonly Piece[]>,
): AsyncGenerator<readonly SummaryRecord[]> {
  let number = 0;
  for await (const pieces of lines) {
    const batch: SummaryRecord[] = [];
    for (const { offset, bytes } of pieces) {
      const line = bytes.toString().trim();
      if (line !== "") batch.push({ number: ++number, offset, bytes: toRecordBytes(line, number) });
    }
    if (batch.length > 0) yield batch;
  }
}

/** Writes the record as a summary has it, so that it does not matter in which form it came. */
function toRecordBytes(line: string, number: number): Uint8Array {
  const lines: string[] = [];
  for (const [variable, value] of Object.entries(parseObject(line, number))) {
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof part !== "string" || part.includes("\n"))
        throw problem(number, `a string of one line or an array of them was expected for ${variable}`);
      lines.push(`${variable}=${part}`);
    }
  }
  return encodeText(lines.join("\n"));
}

function parseObject(line: string, number: number): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw problem(number, `a JSON object was expected: ${(error as Error).message}`, error);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw problem(number, `a JSON object was expected, found ${JSON.stringify(value).slice(0, 60)}`);
}

function problem(number: number, text: string, cause?: unknown): SummaryError {
  return new SummaryError(
    `line ${number} of the NDJSON: ${text}`,
    cause === undefined ? undefined : { cause },
  );
}
