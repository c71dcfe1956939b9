import { spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { text as readText } from "node:stream/consumers";
import type { Contender } from "./bench.ts";

/** What one run took. */
export interface Measurement {
  /** From start to end of the whole process. */
  readonly seconds: number;
  /** The most memory that it had resident at once, in bytes; undefined where nothing here can tell. */
  readonly peak: number | undefined;
}

const TIME = "/usr/bin/time";
const reportPeak = fileURLToPath(new URL("../programs/report-peak.js", import.meta.url));

/** GNU time tells the peak of any program. */
const haveTime = spawnSync(TIME, ["-f", "%M", "true"]).status === 0;

/**
 * Runs a program once.
 *
 * Where there is no GNU time, a Node program tells its peak by itself, at its end; of others only the time is known.
 *
 * @param scratch a directory for what the measurement itself needs
 * @throws Error when the program fails, with its last words
 */
export async function measure(contender: Contender, scratch: string): Promise<Measurement> {
  const report = join(scratch, "peak");
  rmSync(report, { force: true });
  const timed = haveTime ? [TIME, "-f", "%M", "-o", report, ...contender.command] : contender.command;
  const environment = {
    ...contender.environment,
    ...(haveTime ? {} : { NODE_OPTIONS: `--import=${reportPeak}`, BENCH_PEAK_FILE: report }),
  };
  const started = performance.now();
  await run(contender.name, timed, environment);
  return { seconds: (performance.now() - started) / 1000, peak: readPeak(report) };
}

/**
 * Runs a program to its end.
 *
 * @throws Error when it cannot be started or fails
 */
export async function run(
  name: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...environment },
  });
  const words = readText(child.stderr);
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? String(signal)));
  });
  if (status !== 0)
    throw new Error(`${name} ended with ${status}: ${(await words).trim().split("\n").at(-1)}`);
}

function readPeak(report: string): number | undefined {
  try {
    // In KiB; what comes before is what GNU time says of a program that failed.
    const peak = Number(readFileSync(report, "utf8").trim().split("\n").at(-1));
    return Number.isFinite(peak) ? peak * 1024 : undefined;
  } catch {
    return undefined;
  }
}
