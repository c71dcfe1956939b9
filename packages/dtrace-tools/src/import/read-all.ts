import { TraceFormatError } from "../errors.ts";

/** What a format that cannot be read piece by piece may have, in bytes: JSON and protobuf are read whole. */
const MAX_SIZE = 512 * 1024 * 1024;

/** Reads the whole of a trace. @throws TraceFormatError where it is larger than 512 MiB */
export async function readAll(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MAX_SIZE) throw new TraceFormatError(0, `expected at most ${MAX_SIZE} bytes, found more`);
    // The producer may reuse the chunk's memory.
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** Reads a trace that is one JSON value. @throws TraceFormatError where it is none */
export async function readJson(input: AsyncIterable<Uint8Array>, what: string): Promise<unknown> {
  const text = (await readAll(input)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new TraceFormatError(0, `expected ${what}, found what is not whole JSON: ${message}`);
  }
}

/** Tells whether a JSON value is an object, and lets its fields be looked at. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
