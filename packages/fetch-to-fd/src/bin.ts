#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { downloadFile, type FetchOptions, fetchToFd, type Progress } from "./index.ts";

const HELP = `Usage: fetch-to-fd URL [-o FILE | --fd N] [options]

Streams an http, https or file URL to a file descriptor, standard output unless told otherwise.

  -o, --output FILE  to a file, which appears only when it is complete and checked
  --fd N             to an open file descriptor
  --size BYTES       the size it must have
  --md5 HEX          a digest it must have; also --sha1, --sha256, --sha512
  -q, --quiet        no progress on a terminal
  -h, --help         this text
  --version          the version
`;

/** Redrawing more often shows nothing more, in milliseconds. */
const REDRAW_INTERVAL = 100;

function showProgress(): (progress: Progress) => void {
  let drawn = 0;
  return ({ received, total }) => {
    const now = performance.now();
    if (now - drawn < REDRAW_INTERVAL && received !== total) return;
    drawn = now;
    const percent =
      total === undefined ? "" : ` of ${total} (${Math.floor((received * 100) / Math.max(total, 1))}%)`;
    process.stderr.write(`\r${received}${percent} bytes${received === total ? "\n" : ""}`);
  };
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      output: { type: "string", short: "o" },
      fd: { type: "string" },
      size: { type: "string" },
      md5: { type: "string" },
      sha1: { type: "string" },
      sha256: { type: "string" },
      sha512: { type: "string" },
      quiet: { type: "boolean", short: "q" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name}: a whole number was expected, found ${text}`);
  return Number(text);
}

async function main(signal: AbortSignal): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  if (values.version === true) {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    process.stdout.write(`${(JSON.parse(manifest) as { version: string }).version}\n`);
    return;
  }
  const [url] = positionals;
  if (url === undefined || positionals.length > 1) {
    throw new Error(`one URL was expected, found ${positionals.length}; see --help`);
  }
  const { md5, sha1, sha256, sha512 } = values;
  const options: FetchOptions = {
    signal,
    expectedSize: values.size === undefined ? undefined : wholeNumber("--size", values.size),
    digests: Object.fromEntries(
      Object.entries({ md5, sha1, sha256, sha512 }).filter((entry) => entry[1] !== undefined),
    ),
    onProgress: process.stderr.isTTY && values.quiet !== true ? showProgress() : undefined,
  };
  if (values.output !== undefined && values.fd !== undefined)
    throw new Error("--output and --fd exclude each other");
  if (values.output !== undefined) await downloadFile(url, values.output, options);
  else await fetchToFd(url, values.fd === undefined ? 1 : wholeNumber("--fd", values.fd), options);
}

const interrupt = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interruptedBy = signal;
    interrupt.abort();
  });
}
try {
  await main(interrupt.signal);
} catch (error) {
  // After cleaning up, die of the signal, so that the shell sees it.
  if (interruptedBy !== undefined) process.kill(process.pid, interruptedBy);
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  // Where the reader of a pipe has gone there is nobody to tell.
  if (cause?.code !== "EPIPE") process.stderr.write(`fetch-to-fd: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
