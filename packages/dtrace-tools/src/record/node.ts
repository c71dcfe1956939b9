import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emptySums } from "../heap/sums.ts";
import type { HeapTotals, ProcessHeap } from "../heap/totals.ts";
import { heapProfileOf } from "../import/heap-profile.ts";
import type { Imported } from "../import/imported.ts";
import { Profile } from "../profile/profile.ts";
import type { Availability, Backend, Traced, TraceRequest } from "./backend.ts";
import { ended } from "./processes.ts";

const PRELOAD = fileURLToPath(new URL("../../preload/sample-heap.cjs", import.meta.url));

/** Node's own sampling of JavaScript allocations, by a module that is loaded before the program's. */
export const nodeBackend: Backend = {
  name: "node",
  metrics: ["allocations"],
  attaches: false,
  available: probe,
  trace,
};

/** What the preloaded module writes for each thread. */
interface ThreadSamples {
  readonly pid: number;
  readonly command: string;
  /** Sizes that no stack has, by name. */
  readonly beside: Readonly<Record<string, number>>;
  readonly samples: readonly unknown[];
}

async function probe(): Promise<Availability> {
  const note = "JavaScript functions of Node programs, sampled, at little cost; sizes are estimates";
  return { name: "node", usable: true, version: process.versions.node, note };
}

async function trace(request: TraceRequest): Promise<Traced> {
  const { directory, env } = request;
  const [program, ...args] = request.command;
  // Quoted, since NODE_OPTIONS is split at blanks.
  const options = `${env["NODE_OPTIONS"] ?? ""} --require ${JSON.stringify(PRELOAD)}`.trim();
  const target = spawn(program, args, {
    cwd: request.cwd,
    env: { ...env, NODE_OPTIONS: options, DTRACE_TOOLS_SAMPLES: directory },
    stdio: request.stdio,
  });
  const end = ended(target);
  request.onStart({ kill: (signal) => void target.kill(signal) });
  const exit = await end;
  const imported = await readSamples(directory);
  return {
    exit,
    imported,
    partial: missing(exit.signal, existsSync(join(directory, `${target.pid}.0.json`))),
  };
}

function missing(signal: NodeJS.Signals | undefined, found: boolean): string | undefined {
  if (!found) return "the command left no samples: it is no Node program, or it was ended at once";
  return signal === undefined ? undefined : `the command was ended by ${signal}: its last second is missing`;
}

async function readSamples(directory: string): Promise<Imported> {
  const profile = new Profile("bytes");
  const totals = emptySums();
  const processes = new Map<number, ProcessHeap>();
  const beside: Record<string, number> = {};
  for (const name of (await readdir(directory)).filter((one) => one.endsWith(".json"))) {
    const file = JSON.parse(await readFile(join(directory, name), "utf8")) as ThreadSamples;
    const own = heapProfileOf(file);
    for (const { frames, value, count } of own.stacks()) profile.add([file.command, ...frames], value, count);
    const calls = file.samples.length;
    totals.bytes += own.total;
    totals.calls += calls;
    const earlier = processes.get(file.pid);
    processes.set(file.pid, {
      pid: file.pid,
      command: file.command,
      ...sampled(own.total + (earlier?.bytes ?? 0), calls + (earlier?.calls ?? 0)),
    });
    for (const [what, bytes] of Object.entries(file.beside)) beside[what] = (beside[what] ?? 0) + bytes;
  }
  const heap = { totals: sampled(totals.bytes, totals.calls), processes: [...processes.values()] };
  const warnings = ["sizes are estimates from samples, and calls are samples"];
  return { profile, heap, beside, lost: 0, warnings };
}

/** Sampling tells how much was allocated, not what is left of it. */
function sampled(bytes: number, calls: number): HeapTotals {
  return { bytes, calls, released: 0, peak: undefined, held: undefined, buckets: new Map() };
}
