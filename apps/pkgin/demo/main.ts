import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openShell } from "./shell.ts";
import { takeTour } from "./tour.ts";

const SIGNAL_STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const started = performance.now();
const interrupt = new AbortController();
let signalled: keyof typeof SIGNAL_STATUS | undefined;
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    signalled = signal;
    interrupt.abort(new Error("interrupted"));
  });
}

const program = (folder: string): [string, string] => [
  process.execPath,
  fileURLToPath(new URL(`../../${folder}/dist/bin.js`, import.meta.url)),
];

// Without symbolic links, since packages are built for the place where they are installed.
const directory = realpathSync(mkdtempSync(join(tmpdir(), "pkgin-demo-")));
try {
  const { signal } = interrupt;
  const programs = { pkgin: program("pkgin"), memprof: program("memprof") };
  const shell = openShell({ directory, programs, signal });
  const picture = await takeTour({ shell, directory, signal });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  shell.say(`Done in ${seconds} s; ${directory} is removed again.`);
  if (picture !== undefined) process.stdout.write(`# The flame graph is ${picture}\n`);
} catch (error) {
  process.stderr.write(`demo: ${(error as Error).message}\n`);
  process.exitCode = signalled === undefined ? 1 : SIGNAL_STATUS[signalled];
} finally {
  rmSync(directory, { recursive: true, force: true });
}
