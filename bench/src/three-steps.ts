/*
 * Finds out what an update and a download of 262 MB cost that are as wasteful as they once were, and with one mistake less
 * at each of three steps; draws a flame graph of each into docs/images and prints a table of bytes and calls.
 *
 * All that malloc gives comes from brk here and goes nowhere, as on systems where this was measured first: glibc is told
 * not to use mmap, no arena for each thread, and not to give back what is free. What V8 takes for objects of JavaScript
 * does not come from malloc.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  available,
  foldAllocator,
  mapFrames,
  Profile,
  record,
  type Recording,
  toFlameGraph,
} from "dtrace-tools";
import { ownEnvironment } from "./harness/own-environment.ts";
import { scratchDirectory } from "./harness/scratch.ts";
import { programOf } from "./commands.ts";
import { LARGE_PACKAGE, serveRepository } from "./inputs/repository.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const IMAGES = join(ROOT, "docs/images");

const STEPS = [
  "before: whole files in memory, unbzip2-stream, all pages kept",
  "step 1: the package streamed to its file",
  "step 2: the summary streamed through bz2-record-stream",
  "step 3: SQLite's own page cache",
] as const;

const GLIBC = {
  MALLOC_MMAP_MAX_: "0",
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: String(2 ** 40),
};

async function main(): Promise<void> {
  const perf = (await available()).find(({ name }) => name === "perf");
  if (perf?.usable !== true) throw new Error(`perf cannot be used: ${perf?.reason}`);
  const scratch = scratchDirectory("three-steps");
  const server = await serveRepository(join(scratch, "repository"), "/usr/pkg");
  mkdirSync(IMAGES, { recursive: true });
  process.stdout.write("| | bytes | calls |\n|---|--:|--:|\n");
  try {
    for (const [step, title] of STEPS.entries()) {
      const target = join(scratch, "target");
      rmSync(target, { recursive: true, force: true });
      const what = [server.url, `${LARGE_PACKAGE}.tgz`, target];
      const recording = await recordStep([...programOf("before/update"), String(step), ...what]);
      writeFileSync(join(IMAGES, `three-steps-${step}.svg`), picture(title, recording));
      process.stdout.write(row(title, recording));
    }
  } finally {
    await server.close();
  }
}

async function recordStep(command: readonly string[]): Promise<Recording> {
  const env = { ...ownEnvironment(), ...GLIBC };
  const recording = await record(command, { backend: "perf", env, stdio: ["ignore", 2, 2] });
  if (recording.exit.code !== 0) throw new Error(`${command.join(" ")}: ended with ${recording.exit.code}`);
  return recording;
}

function row(title: string, { totals }: Recording): string {
  const cells = [totals.bytes, totals.calls].map((value) => value.toLocaleString("en"));
  return `| ${title} | ${cells.join(" | ")} |\n`;
}

function picture(title: string, { profile, totals }: Recording): string {
  const bytes = totals.bytes.toLocaleString("en");
  const subtitle = `${bytes} bytes by ${totals.calls} calls of brk`;
  return [...toFlameGraph(readable(profile), { title, subtitle, width: 1000, minWidth: "0.4%" })].join("");
}

/** Where Node's and V8's own code begins. */
const PLUMBING = /^(?:node::|v8::|Builtins_|uv_|_*libc_start|_start|clone|start_thread|\[+unknown)/;
const NODE = "[node]";

/** Names files as in the repository, and makes one row of those of the allocator, and of neighbours in Node and V8. */
function readable(profile: Profile): Profile {
  const named = mapFrames(foldAllocator(profile), (name) =>
    PLUMBING.test(name) ? NODE : name.replace(ROOT, "").replace(/node_modules\/.*\/node_modules\//, ""),
  );
  const folded = new Profile(profile.unit);
  for (const { frames, value, count } of named.stacks()) {
    folded.add(
      frames.filter((name, at) => name !== NODE || frames[at - 1] !== NODE),
      value,
      count,
    );
  }
  return folded;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`three-steps: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
