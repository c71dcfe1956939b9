import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { emptySums } from "../heap/sums.ts";
import type { ProcessHeap } from "../heap/totals.ts";
import { importDhat } from "../import/dhat.ts";
import type { Imported } from "../import/imported.ts";
import { importMassif } from "../import/massif.ts";
import { merge, prefixed } from "../profile/transform.ts";
import { type Availability, type Backend, type Traced, type TraceRequest, unusable } from "./backend.ts";
import { findProgram } from "./find-program.ts";
import { ended, type Ran, run } from "./processes.ts";

const PROGRAM = "valgrind";

type Tool = "dhat" | "massif";

/** What each tool is run with and read by. */
const TOOLS = {
  dhat: {
    options: [],
    load: importDhat,
    note: "every allocation with its stack, C and C++; some 15 times slower",
  },
  massif: {
    options: ["--time-unit=ms", "--peak-inaccuracy=0.0", "--detailed-freq=1"],
    load: importMassif,
    note: "the heap at its largest by stack, C and C++; some 15 times slower",
  },
} as const;

/** Makes the backend of one of valgrind's tools, which run the command on a processor of their own. */
export function valgrindBackend(tool: Tool): Backend {
  return {
    name: tool,
    metrics: ["allocations"],
    attaches: false,
    available: () => probe(tool),
    trace: (request) => trace(tool, request),
  };
}

async function probe(tool: Tool): Promise<Availability> {
  if (findProgram(PROGRAM) === undefined) {
    return unusable(tool, "valgrind is not installed", "apt-get install valgrind");
  }
  const tried = await tryOnce();
  if (tried.code !== 0) {
    const [line = "it failed"] = tried.stderr.trim().split("\n");
    return unusable(tool, `valgrind cannot run a program here: ${line}`);
  }
  const { stdout } = await run(PROGRAM, ["--version"]);
  return {
    name: tool,
    usable: true,
    version: stdout.trim().replace("valgrind-", ""),
    note: TOOLS[tool].note,
  };
}

let trial: Promise<Ran> | undefined;

/** What goes wrong here goes wrong with every tool, such as a C library without symbols. */
function tryOnce(): Promise<Ran> {
  trial ??= run(PROGRAM, ["--tool=none", "-q", "true"]);
  return trial;
}

async function trace(tool: Tool, request: TraceRequest): Promise<Traced> {
  const { directory } = request;
  const options = [
    `--tool=${tool}`,
    `--${tool}-out-file=${join(directory, "heap.%p")}`,
    `--log-file=${join(directory, "log.%p")}`,
    "-q",
    // Children are told apart by their files.
    "--trace-children=yes",
    ...TOOLS[tool].options,
  ];
  const valgrind = spawn(PROGRAM, [...options, "--", ...request.command], {
    cwd: request.cwd,
    env: request.env,
    stdio: request.stdio,
  });
  const end = ended(valgrind);
  // The program runs in valgrind's own process.
  request.onStart({ kill: (signal) => void valgrind.kill(signal) });
  const exit = await end;
  const files = (await readdir(directory)).filter((name) => name.startsWith("heap."));
  const imported = await readAll(tool, directory, files);
  const found = files.includes(`heap.${valgrind.pid}`);
  const how = exit.signal === undefined ? "it ended" : `it was ended by ${exit.signal}`;
  return {
    exit,
    imported,
    partial: found ? undefined : `valgrind told nothing of the command: ${how} before that could be written`,
  };
}

async function readAll(tool: Tool, directory: string, files: readonly string[]): Promise<Imported> {
  const totals = emptySums();
  const profiles = [];
  const processes: ProcessHeap[] = [];
  const warnings = new Set<string>();
  const timelines = [];
  for (const file of files) {
    const path = join(directory, file);
    const { profile, heap, warnings: own } = await TOOLS[tool].load(createReadStream(path));
    const command = await commandOf(path);
    profiles.push(prefixed(profile, command));
    for (const warning of own) warnings.add(warning);
    if (heap === undefined) continue;
    const { bytes, calls, released, peak = 0, held = 0, buckets } = heap.totals;
    processes.push({ pid: Number(file.slice("heap.".length)), command, ...heap.totals });
    timelines.push(heap.timeline ?? []);
    totals.bytes += bytes;
    totals.calls += calls;
    totals.released += released;
    // Several processes need not have been at their largest at the same time: this is the most there can have been.
    totals.peak += peak;
    totals.held += held;
    for (const [bucket, count] of buckets)
      totals.buckets.set(bucket, (totals.buckets.get(bucket) ?? 0) + count);
  }
  const [timeline = []] = timelines.length === 1 ? timelines : [];
  return {
    profile: merge(profiles),
    heap: { totals, processes, timeline },
    lost: 0,
    warnings: [...warnings],
  };
}

/** The name of the program that a file of either tool is about. */
async function commandOf(path: string): Promise<string> {
  let head = "";
  for await (const chunk of createReadStream(path, { end: 4095 }) as AsyncIterable<Buffer>)
    head += chunk.toString();
  const command = /^cmd: (\S+)/m.exec(head)?.[1] ?? /"cmd":"([^" ]+)/.exec(head)?.[1] ?? "?";
  return basename(command);
}
