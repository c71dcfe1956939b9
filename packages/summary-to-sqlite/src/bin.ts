#!/usr/bin/env node
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { importSummary, openCatalogue, readSummary, type SummaryRecord } from "./index.ts";

const HELP = `Usage: summary-to-sqlite DB [FILE...] [--repository URL]

Reads a pkg_summary from FILEs, one behind the other, or standard input, and makes it what the catalogue DB knows of a
repository. A summary is plain text, NDJSON as \`bz2-record-stream --ndjson\` prints it, or either compressed with gzip.
If anything is wrong with it, or it has no record at all, DB stays as it was.

  --repository URL  whose packages these are (default: the directory of the first FILE as a file: URL, or stdin:)
  --help            this text
  --version         the version

Other compressions:  bz2-record-stream FILE | summary-to-sqlite DB
`;

async function main(): Promise<string> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      repository: { type: "string" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
  if (values.help === true) return HELP;
  if (values.version === true) {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    return `${(JSON.parse(manifest) as { version: string }).version}\n`;
  }
  const [database, ...files] = positionals;
  if (database === undefined) throw new Error("the name of a database was expected; see --help");
  return update(database, files, values.repository ?? defaultRepository(files));
}

async function update(database: string, files: readonly string[], repository: string): Promise<string> {
  const catalogue = openCatalogue(database);
  try {
    const { total, added, changed, removed, unchanged } = await importSummary(
      catalogue,
      repository,
      readAll(files.length > 0 ? files : ["-"]),
    );
    return `${total} packages: ${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged\n`;
  } finally {
    catalogue.close();
  }
}

async function* readAll(files: readonly string[]): AsyncGenerator<readonly SummaryRecord[]> {
  for (const file of files) {
    const input: AsyncIterable<Uint8Array> = file === "-" ? process.stdin : createReadStream(file);
    try {
      yield* notNothing(readSummary(input));
    } catch (error) {
      throw new Error(`${file === "-" ? "standard input" : file}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}

/** In a pipeline nothing at all is what comes of a failure further up. */
async function* notNothing(
  batches: AsyncIterable<readonly SummaryRecord[]>,
): AsyncGenerator<readonly SummaryRecord[]> {
  let hasRecords = false;
  for await (const batch of batches) {
    hasRecords = true;
    yield batch;
  }
  if (!hasRecords) throw new Error("records were expected, found none; nothing was changed");
}

function defaultRepository([file = "-"]: readonly string[]): string {
  return file === "-" ? "stdin:" : pathToFileURL(dirname(resolve(file))).href;
}

function fail(error: unknown): void {
  process.stderr.write(`summary-to-sqlite: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Then there is nobody to tell, and the catalogue is written.
  if (error.code !== "EPIPE") fail(error);
});
try {
  process.stdout.write(await main());
} catch (error) {
  fail(error);
}
