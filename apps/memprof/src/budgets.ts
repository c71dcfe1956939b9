import { type Budgets, parseSize } from "dtrace-tools";
import { readCount, type Values } from "./options.ts";
import { UsageError } from "./errors.ts";

/** Options of `check` that are budgets. */
export const BUDGET_OPTIONS = {
  total: { type: "string", value: "SIZE", help: "all growth, such as 16MiB" },
  peak: { type: "string", value: "SIZE", help: "the largest size at any time" },
  calls: { type: "string", value: "N", help: "growing calls" },
  frame: {
    type: "string",
    value: "RE=SIZE",
    multiple: true,
    help: "growth under frames that match; may be given again",
  },
  growth: { type: "string", value: "SIZE|N%", help: "more than the stored baseline, beyond the noise" },
} as const;

/** @throws UsageError where a budget makes no sense */
export function readBudgets(values: Values<typeof BUDGET_OPTIONS>): Budgets {
  const { total, peak, calls, frame = [], growth } = values;
  const frames = frame.map((text) => {
    const [, pattern, limit] = /^(.+)=([^=]+)$/.exec(text) ?? [];
    if (pattern === undefined || limit === undefined) {
      throw new UsageError(`--frame: expected EXPRESSION=SIZE, found ${text}`);
    }
    return [pattern, limit] as const;
  });
  const budgets: Budgets = {
    ...(total === undefined ? {} : { total }),
    ...(peak === undefined ? {} : { peak }),
    ...(calls === undefined ? {} : { calls: readCount("--calls", calls, 0) }),
    ...(growth === undefined ? {} : { growth }),
    ...(frames.length === 0 ? {} : { frames: Object.fromEntries(frames) }),
  };
  const problem = problemOfBudgets(budgets as Readonly<Record<string, unknown>>);
  if (problem !== undefined) throw new UsageError(`--${problem}`);
  return budgets;
}

/** What is wrong with budgets, found out before anything runs; undefined where nothing is. */
export function problemOfBudgets(budgets: Readonly<Record<string, unknown>>): string | undefined {
  const { total, peak, calls, frames, growth } = budgets;
  if (calls !== undefined && !(Number.isSafeInteger(calls) && (calls as number) >= 0)) {
    return `calls: expected a whole number, found ${JSON.stringify(calls)}`;
  }
  if (frames !== undefined && (typeof frames !== "object" || frames === null)) {
    return `frames: expected an object of expressions and sizes, found ${JSON.stringify(frames)}`;
  }
  const isPercent = typeof growth === "string" && /^\s*\d+(?:\.\d+)?\s*%\s*$/.test(growth);
  const sizes = Object.entries({ total, peak, growth: isPercent ? undefined : growth });
  const ofFrames = Object.entries((frames ?? {}) as object).map(([re, limit]) => [`frames ${re}`, limit]);
  for (const [name, size] of [...sizes, ...ofFrames]) {
    const problem = size === undefined ? undefined : messageOf(() => parseSize(size as string));
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  for (const pattern of Object.keys((frames ?? {}) as object)) {
    const problem = messageOf(() => new RegExp(pattern));
    if (problem !== undefined) return `frames: ${problem}`;
  }
  return undefined;
}

function messageOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
