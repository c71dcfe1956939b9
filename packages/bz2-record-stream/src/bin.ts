#!/usr/bin/env node
import { open, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { decompress, records, textToNdjson, toNdjson } from "./index.ts";

const HELP = `Usage: bz2-record-stream [--ndjson | --text | --count] [--lines] [FILE]

Decompresses bzip2, gzip, xz, zstd or plain text from FILE or standard input and prints its records.

  --ndjson   one JSON object a record (the default); after a failure the last line is no JSON
  --text     the text as it is
  --count    how many records there are
  --lines    every line is a record, and a JSON string; otherwise records end at an empty line
  --help     this text
  --version  the version
`;

/** Text that is gathered before it is written. */
const WRITE_SIZE = 64 * 1024;
const READ_SIZE = 64 * 1024;

async function* convert(
  input: AsyncIterable<Uint8Array>,
  values: { text?: boolean; count?: boolean; lines?: boolean },
) {
  const text = decompress(input, { reuseMemory: true });
  if (values.text === true) {
    yield* text;
    return;
  }
  let count = 0;
  let output = "";
  const isOfLines = values.lines === true;
  const print = isOfLines ? textToNdjson : toNdjson;
  for await (const batch of records(text, { separator: isOfLines ? "line" : "empty-line" })) {
    count += batch.length;
    if (values.count === true) continue;
    for (const record of batch) {
      output += print(record);
      if (output.length < WRITE_SIZE) continue;
      // The end of the last line waits, so that what is stopped does not look whole.
      yield output.slice(0, -1);
      output = "\n";
    }
  }
  yield values.count === true ? `${count}\n` : output;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ndjson: { type: "boolean" },
      text: { type: "boolean" },
      count: { type: "boolean" },
      lines: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
  if (values.help === true) {
    await write(HELP);
    return;
  }
  if (values.version === true) {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    await write(`${(JSON.parse(manifest) as { version: string }).version}\n`);
    return;
  }
  const forms = [values.ndjson, values.text, values.count].filter(Boolean);
  if (forms.length > 1) throw new Error("one of --ndjson, --text and --count was expected, found several");
  const [file, surplus] = positionals;
  if (surplus !== undefined) throw new Error(`one FILE was expected, found another: ${surplus}`);
  const input = file === undefined || file === "-" ? process.stdin : readNamed(file);
  let hasWritten = false;
  try {
    for await (const piece of convert(notNothing(input), values)) {
      await write(piece);
      hasWritten = true;
    }
  } catch (error) {
    // Whoever reads JSON shall not take what has come for all there is.
    const isJson = values.text !== true && values.count !== true;
    if (isJson && !isClosed(error))
      await write(`${hasWritten ? "\n" : ""}incomplete: ${(error as Error).message}\n`);
    throw error;
  }
}

/** In a pipeline nothing at all is what comes of a failure further up. */
async function* notNothing(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let hasBytes = false;
  for await (const chunk of input) {
    hasBytes = true;
    yield chunk;
  }
  if (!hasBytes) throw new Error("input was expected, found none");
}

/** Tells whether the reader of a pipe has gone. */
function isClosed(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** Resolves when the piece has been written, so that its memory may be used again. */
function write(piece: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

/** Reads a file, always into the same memory. */
async function* readNamed(name: string): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(READ_SIZE);
  const file = await open(name);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, READ_SIZE).catch((error: unknown) => {
        // Opening tells the name, reading does not.
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      });
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

// Writing tells of it too.
process.stdout.on("error", () => {});
try {
  await main();
} catch (error) {
  // Then there is nobody to tell.
  if (!isClosed(error)) {
    process.stderr.write(`bz2-record-stream: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
