#!/usr/bin/env node
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import {
  demangle,
  type Imported,
  importTrace,
  isPalette,
  isTraceFormat,
  nameJavaScript,
  PALETTE_NAMES,
  quantize,
  quantizeText,
  script,
  SCRIPT_NAMES,
  toFlameGraph,
  toFolded,
  toTable,
  TRACE_FORMATS,
} from "./index.ts";

const READ_SIZE = 1 << 20;
const BATCH_SIZE = 1 << 16;

const HELP = `Usage: dtrace-tools COMMAND [FILE] [options]

Turns a trace, from FILE or standard input, into text or a picture on standard output.

  fold          folded stacks, a line each
  flamegraph    a flame graph, an SVG page that zooms and searches
  table         the frames with the largest values
  quantize      the distribution of growth, as DTrace prints it
  scripts       the scripts there are for DTrace and bpftrace; with a NAME, that script

  --format NAME    one of those below; found out unless told
  --title TEXT     of the flame graph; also --subtitle, --countname, --width
  --colors NAME    ${PALETTE_NAMES.join(", ")}
  --markdown       the table for a page
  --limit N        frames in the table (20)
  --numbers        quantize plain numbers, one a line
  -h, --help       this text
  --version        the version

Formats: ${TRACE_FORMATS.join(", ")}
`;

const OPTIONS = {
  format: { type: "string" },
  title: { type: "string" },
  subtitle: { type: "string" },
  countname: { type: "string" },
  width: { type: "string" },
  colors: { type: "string" },
  limit: { type: "string" },
  markdown: { type: "boolean" },
  numbers: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

type Values = ReturnType<typeof readArguments>["values"];
type Command = (file: string | undefined, values: Values) => Promise<Iterable<string>>;

const COMMANDS: Readonly<Record<string, Command>> = {
  fold: async (file, values) => toFolded((await load(file, values)).profile),
  flamegraph: async (file, values) => {
    const { profile } = await load(file, values);
    return toFlameGraph(profile, { ...values, countName: values.countname, ...drawing(values) });
  },
  table: async (file, values) => {
    const { profile } = await load(file, values);
    const limit = values.limit === undefined ? undefined : wholeNumber("--limit", values.limit);
    return [toTable(profile, { limit, style: values.markdown === true ? "markdown" : "plain" })];
  },
  quantize: quantizeCommand,
  scripts: async (name) => {
    if (name === undefined) return SCRIPT_NAMES.map((one) => `${one}\n`);
    const found = SCRIPT_NAMES.find((one) => one === name);
    if (found === undefined) throw new Error(`${name}: no such script; there are ${SCRIPT_NAMES.join(", ")}`);
    return [script(found)];
  },
};

function readArguments() {
  return parseArgs({ allowPositionals: true, options: OPTIONS });
}

function drawing(values: Values) {
  const { colors, width } = values;
  if (colors !== undefined && !isPalette(colors)) {
    throw new Error(`--colors: expected one of ${PALETTE_NAMES.join(", ")}, found ${colors}`);
  }
  return { colors, width: width === undefined ? undefined : wholeNumber("--width", width) };
}

async function quantizeCommand(file: string | undefined, values: Values): Promise<Iterable<string>> {
  if (values.numbers === true) return [quantizeText(await readNumbers(input(file)))];
  const { heap, distributions } = await load(file, values);
  if (heap !== undefined) return [quantizeText(heap.totals.buckets, { title: "brk() allocation sizes" })];
  const all = [...(distributions ?? [])].map(([title, buckets]) => quantizeText(buckets, { title }));
  if (all.length === 0)
    throw new Error(`${file ?? "standard input"}: there is no distribution in this trace`);
  return all;
}

async function readNumbers(text: AsyncIterable<Uint8Array>): Promise<Map<number, number>> {
  const buckets = new Map<number, number>();
  let number = 0;
  for await (const line of createInterface({ input: Readable.from(text) })) {
    number++;
    if (!/^\s*-?\d+\s*$/.test(line)) {
      throw new Error(
        `line ${number}: a whole number was expected, found ${JSON.stringify(line.slice(0, 60))}`,
      );
    }
    quantize(buckets, Number(line));
  }
  return buckets;
}

async function load(file: string | undefined, values: Values): Promise<Imported> {
  const { format } = values;
  if (format !== undefined && !isTraceFormat(format)) {
    throw new Error(`--format: expected one of ${TRACE_FORMATS.join(", ")}, found ${format}`);
  }
  const imported = await importTrace(input(file), format);
  for (const warning of imported.warnings) process.stderr.write(`dtrace-tools: ${warning}\n`);
  if (imported.lost > 0) process.stderr.write(`dtrace-tools: the tracer lost ${imported.lost} events\n`);
  return { ...imported, profile: nameJavaScript(await demangle(imported.profile)) };
}

function input(file: string | undefined): AsyncIterable<Uint8Array> {
  return file === undefined || file === "-" ? process.stdin : readNamed(file);
}

async function* readNamed(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: READ_SIZE }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { message, path } = error as NodeJS.ErrnoException;
    // Opening tells the name, reading does not.
    throw path === undefined ? new Error(`${file}: ${message}`, { cause: error }) : error;
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${name}: a whole number from 1 was expected, found ${text}`);
  return Number(text);
}

/** Gathers small pieces, each of which would cost a write. */
function* inBatches(pieces: Iterable<string>): Generator<string> {
  let batch = "";
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = "";
  }
  if (batch !== "") yield batch;
}

async function version(): Promise<string> {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return `${(JSON.parse(manifest) as { version: string }).version}\n`;
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [name, file, surplus] = positionals;
  if (values.help === true || values.version === true) {
    process.stdout.write(values.help === true ? HELP : await version());
    return;
  }
  if (name === undefined) throw new Error("a command was expected, found none; see --help");
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new Error(`${name}: no such command; there are ${Object.keys(COMMANDS).join(", ")}`);
  }
  if (surplus !== undefined) throw new Error(`one FILE was expected, found another: ${surplus}`);
  await pipeline(Readable.from(inBatches(await command(file, values))), process.stdout);
}

try {
  await main();
} catch (error) {
  // The reader of a pipe has gone; there is nobody to tell.
  if ((error as NodeJS.ErrnoException).code !== "EPIPE") {
    process.stderr.write(`dtrace-tools: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
