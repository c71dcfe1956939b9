import { type SpawnOptions, spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { available, type BackendName, Profile, type Recording, writeRecording } from "dtrace-tools";

/** The built program. */
export const bin: string = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** The tracers that can be used here. */
export const usable: readonly BackendName[] = (await available())
  .filter((tracer) => tracer.usable)
  .map(({ name }) => name);

/** Of the tracers that are parents of the command and of those that are not, one each, where they can be used. */
export const tracers: readonly BackendName[] = usable.filter((name) => name === "strace" || name === "perf");

/** Why tests that trace something by strace are skipped, in the words of a test's name; empty where they are not. */
export const withoutStrace: string = usable.includes("strace")
  ? ""
  : " (skipped: strace cannot be used here)";

/** A directory for one file of tests, and the program run in it. */
export class Workplace {
  readonly directory: string = mkdtempSync(join(tmpdir(), "memprof-test-"));

  /** Runs memprof to its end. */
  run(
    args: readonly string[],
    environment: Record<string, string> = {},
    input = "",
  ): SpawnSyncReturns<string> {
    const env = { ...process.env, ...environment };
    const cwd = this.directory;
    return spawnSync(process.execPath, [bin, ...args], { encoding: "utf8", cwd, env, input });
  }

  /** Starts memprof. */
  start(args: readonly string[], options: SpawnOptions = {}): ReturnType<typeof spawn> {
    return spawn(process.execPath, [bin, ...args], { cwd: this.directory, ...options });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a file; gives its name. */
  write(name: string, content: string): string {
    writeFileSync(this.path(name), content);
    return name;
  }

  /** Writes a recording of such stacks, `a;b BYTES`, as if each had grown in one call, with other `facts`; gives its name. */
  async record(
    name: string,
    stacks: readonly string[],
    facts: (recording: Recording) => Partial<Recording> = () => ({}),
  ): Promise<string> {
    const recording = recordingOf(stacks);
    await writeRecording({ ...recording, ...facts(recording) }, this.path(name));
    return name;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function recordingOf(stacks: readonly string[]): Recording {
  const profile = new Profile("bytes");
  for (const stack of stacks) {
    const end = stack.lastIndexOf(" ");
    profile.add(stack.slice(0, end).split(";"), Number(stack.slice(end)));
  }
  const bytes = profile.total;
  const totals = {
    bytes,
    calls: stacks.length,
    released: 0,
    peak: bytes,
    held: bytes,
    buckets: new Map([[65_536, stacks.length]]),
  };
  return {
    backend: "strace",
    metric: "brk",
    command: ["/usr/bin/grow", "--fast"],
    startedAt: "2026-01-02T03:04:05.000Z",
    duration: 2500,
    exit: { code: 0, signal: undefined },
    totals,
    processes: [{ pid: 42, command: "grow", ...totals }],
    timeline: [],
    profile,
    lost: 0,
    partial: undefined,
    warnings: [],
  };
}
