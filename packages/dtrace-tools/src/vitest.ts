import { AssertionError } from "node:assert";
import { toTable } from "./export/table.ts";
import type { Metric } from "./heap/totals.ts";
import { residentGrowth } from "./resident-growth.ts";
import type { BackendName } from "./record/backend.ts";
import { record } from "./record/record.ts";
import type { Recording } from "./recording.ts";
import { formatSize, parseSize } from "./size.ts";

/** How a command's growth is measured. */
export interface HeapGrowthOptions {
  /** The tracer; the best that can be used unless told otherwise. */
  readonly backend?: BackendName | undefined;
  /** `brk` unless told otherwise; the peak counts where `measure` says so. */
  readonly metric?: Metric | undefined;
  /** `total` growth (the default), or the largest size at any time. */
  readonly measure?: "peak" | "total" | undefined;
  /** The command's working directory. */
  readonly cwd?: string | undefined;
  /** The command's environment; this process's unless told otherwise. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** What can be expected of a growth. */
export interface HeapGrowthExpectation {
  /**
   * Passes where it is less than a size such as `16 MiB`.
   *
   * @throws AssertionError where it is not, with the frames that grew it most
   */
  toBeBelow(limit: number | string): Promise<void>;
}

/**
 * Measures how much memory a command or a function takes, in a test of vitest or any other runner.
 *
 * A command is traced, with its children, and must end with status 0. A function runs here: what counts is how far the
 * resident memory of this process rises above what it was before, which is page by page on Linux.
 */
export function expectHeapGrowth(
  subject: readonly string[] | (() => unknown),
  options: HeapGrowthOptions = {},
): HeapGrowthExpectation {
  return {
    async toBeBelow(limit) {
      const most = parseSize(limit);
      if (typeof subject === "function") {
        judge("the function", {
          found: await residentGrowth(subject),
          most,
          how: "of resident memory",
          frames: "",
        });
        return;
      }
      const recording = await record(subject, { ...options, stdio: ["ignore", "ignore", "inherit"] });
      const name = subject.join(" ");
      checkWhole(name, recording);
      judge(name, { ...measured(name, recording, options.measure ?? "total"), most });
    },
  };
}

interface Found {
  readonly found: number;
  readonly how: string;
  /** The frames that grew it most, as a table. */
  readonly frames: string;
}

function measured(name: string, recording: Recording, measure: "peak" | "total"): Found {
  const { totals, profile, metric, backend } = recording;
  const found = measure === "peak" ? totals.peak : totals.bytes;
  if (found === undefined) throw failure(`${name}: ${backend} does not tell the peak; use another tracer`);
  const how = `${measure === "peak" ? "at its largest" : `in ${totals.calls} calls`}, ${metric} by ${backend}`;
  return { found, how, frames: `\n${toTable(profile, { limit: 5 })}` };
}

function checkWhole(name: string, { exit, lost, partial }: Recording): void {
  if (exit.code !== 0) {
    throw failure(`${name}: expected it to end with status 0, it ended with ${exit.signal ?? exit.code}`);
  }
  if (partial !== undefined) throw failure(`${name}: its growth is not known in full: ${partial}`);
  if (lost > 0) throw failure(`${name}: its growth is not known in full: the tracer lost ${lost} events`);
}

function judge(name: string, facts: Found & { readonly most: number }): void {
  const { found, most, how, frames } = facts;
  if (found < most) return;
  const sizes = `less than ${formatSize(most)}, found ${formatSize(found)} (${found} bytes)`;
  throw new AssertionError({
    message: `${name}: expected the heap to grow by ${sizes} ${how}${frames}`,
    actual: found,
    expected: most,
    operator: "<",
  });
}

function failure(message: string): AssertionError {
  return new AssertionError({ message });
}
