import { DtraceToolsError } from "./errors.ts";
import type { Profile } from "./profile/profile.ts";
import type { Recording } from "./recording.ts";
import { formatSize, parseSize } from "./size.ts";

/** What a command may use at most; sizes are bytes or text such as `16 MiB`. */
export interface Budgets {
  /** All growth. */
  readonly total?: number | string | undefined;
  /** The largest size at any time. */
  readonly peak?: number | string | undefined;
  /** Growing calls. */
  readonly calls?: number | undefined;
  /** Growth under frames whose name matches, by regular expression. */
  readonly frames?: Readonly<Record<string, number | string>> | undefined;
  /** How much more than the stored baseline total and peak may be, such as `5%` or `1 MiB`. */
  readonly growth?: string | undefined;
}

/** What earlier runs needed: the medians, and how far apart the runs were. */
export interface Baseline {
  readonly total: number;
  readonly peak: number | null;
  /** Largest less smallest total of its runs. */
  readonly spread: number;
}

/** Whether one budget was kept. */
export interface BudgetResult {
  /** Such as `total`, `frames /^download/`, `growth of peak`. */
  readonly name: string;
  /** The median of the runs. */
  readonly found: number;
  readonly limit: number;
  readonly kept: boolean;
  /** A sentence about it. */
  readonly message: string;
}

/**
 * Compares runs of one command with its budgets: the median counts, so that one odd run does not decide.
 *
 * Growth against the baseline counts only beyond the noise: the larger of the spreads of these and the stored runs.
 *
 * @throws DtraceToolsError where a budget makes no sense, or needs what the recordings do not have
 */
export function checkBudgets(
  runs: readonly Recording[],
  budgets: Budgets,
  baseline?: Baseline,
): readonly BudgetResult[] {
  const results: BudgetResult[] = [];
  const now = toBaseline(runs);
  if (budgets.total !== undefined) results.push(size("total", now.total, parseSize(budgets.total)));
  if (budgets.peak !== undefined) {
    results.push(size("peak", known(now.peak, "peak"), parseSize(budgets.peak)));
  }
  if (budgets.calls !== undefined) {
    const found = median(runs.map((run) => run.totals.calls));
    results.push(
      judge("calls", {
        found,
        limit: budgets.calls,
        write: (calls) => `${calls} ${calls === 1 ? "call" : "calls"}`,
      }),
    );
  }
  for (const [pattern, limit] of Object.entries(budgets.frames ?? {})) {
    const expression = regularExpression(pattern);
    const found = median(runs.map((run) => valueUnder(run.profile, expression)));
    results.push(size(`frames /${pattern}/`, found, parseSize(limit)));
  }
  if (budgets.growth !== undefined && baseline !== undefined) {
    results.push(...growth(now, baseline, budgets.growth));
  }
  return results;
}

/** What a later check compares with: medians of runs and their spread. */
export function toBaseline(runs: readonly Recording[]): Baseline {
  const totals = runs.map((run) => run.totals.bytes);
  const peaks = runs.map((run) => run.totals.peak).filter((peak) => peak !== undefined);
  return {
    total: median(totals),
    peak: peaks.length === runs.length ? median(peaks) : null,
    spread: Math.max(...totals) - Math.min(...totals),
  };
}

/** Value of all stacks that have a frame whose name matches. */
export function valueUnder(profile: Profile, pattern: RegExp): number {
  let sum = 0;
  for (const { frames, value } of profile.stacks())
    if (frames.some((name) => pattern.test(name))) sum += value;
  return sum;
}

function growth(now: Baseline, before: Baseline, allowed: string): BudgetResult[] {
  const noise = Math.max(now.spread, before.spread);
  const limitOf = (base: number): number => Math.round(base + allowance(allowed, base) + noise);
  const results = [size("growth of total", now.total, limitOf(before.total), before.total)];
  if (now.peak !== null && before.peak !== null) {
    results.push(size("growth of peak", now.peak, limitOf(before.peak), before.peak));
  }
  return results;
}

function allowance(text: string, base: number): number {
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)?.[1];
  return percent === undefined ? parseSize(text) : (base * Number(percent)) / 100;
}

function size(name: string, found: number, limit: number, base?: number): BudgetResult {
  const since = base === undefined ? "" : ` (${formatSize(base)} before)`;
  return judge(name, { found, limit, write: exactSize, since });
}

/** `1.0 KiB (1024 bytes)`, or `700 bytes`. */
function exactSize(bytes: number): string {
  const written = formatSize(bytes);
  return written === `${bytes} bytes` ? written : `${written} (${bytes} bytes)`;
}

function judge(
  name: string,
  facts: { found: number; limit: number; write: (value: number) => string; since?: string },
): BudgetResult {
  const { found, limit, write, since = "" } = facts;
  const kept = found <= limit;
  const message = `${name}: ${write(found)}, ${kept ? "within" : "more than"} the budget of ${write(limit)}${since}`;
  return { name, found, limit, kept, message };
}

function known(value: number | null, name: string): number {
  if (value !== null) return value;
  throw new DtraceToolsError(
    `the tracer does not tell the ${name}, for which there is a budget; use another one`,
  );
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw new DtraceToolsError(`frames: ${(error as Error).message}`, { cause: error });
  }
}

function median(values: readonly number[]): number {
  if (values.length === 0) throw new DtraceToolsError("expected at least one run, found none");
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}
