import { constants } from "node:os";
import {
  type Baseline,
  type Budgets,
  checkBudgets,
  DtraceToolsError,
  type Recording,
  toBaseline,
} from "dtrace-tools";
import { type Baselines, readBaselines, writeBaselines } from "../baselines.ts";
import { BUDGET_OPTIONS } from "../budgets.ts";
import { CHECK_OPTIONS, readCheckPlan } from "../check-plan.ts";
import type { CheckedCommand } from "../config.ts";
import { readOptions } from "../options.ts";
import type { Report } from "../report/report.ts";
import { cautions } from "../report/summary.ts";
import { annotations, checkText, junit, type Verdict } from "../report/verdicts.ts";
import { mustBeWritable, writeOut } from "../save.ts";
import { readRunChoice, recordTarget, RUN_OPTIONS } from "../targets.ts";
import type { Outcome, VerbBody, VerbContext } from "../verb.ts";

/** The status when a budget was exceeded. */
const EXCEEDED = 3;
/** The status when a command could not be measured. */
const FAILED = 1;

const OPTIONS = { ...BUDGET_OPTIONS, ...CHECK_OPTIONS, ...RUN_OPTIONS } as const;

/** `memprof check`: runs commands and compares what they use with their budgets; the status is 3 where one is exceeded. */
export const checkVerb: VerbBody = { options: OPTIONS, run: runCheck };

async function runCheck({ args, report }: VerbContext): Promise<Outcome> {
  const at = args.includes("--") ? args.indexOf("--") : args.length;
  const { values, positionals } = readOptions(args.slice(0, at), OPTIONS);
  const { commands, baseline } = await readCheckPlan(values, positionals, args.slice(at + 1));
  await mustBeWritable(values.junit);
  const stored = await readBaselines(baseline);
  const updating = values["update-baseline"] === true;
  const measured: Record<string, Baseline> = { ...stored };
  const verdicts: Verdict[] = [];
  for (const [name, command] of Object.entries(commands)) {
    const { runs, error, interrupted } = await measure(name, command, report);
    if (interrupted !== undefined) {
      return { status: 128 + constants.signals[interrupted], signal: interrupted };
    }
    if (error === undefined) measured[name] = toBaseline(runs);
    verdicts.push({
      name,
      command: command.command,
      // A baseline that is replaced is no measure any more.
      ...judge(runs, command.budgets, { error, baseline: updating ? undefined : stored[name] }),
      milliseconds: runs.reduce((sum, run) => sum + run.duration, 0),
    });
  }
  if (!updating) noteMissing(commands, { stored, baseline, report });
  await report.print(checkText(verdicts));
  if (values.junit !== undefined) await writeOut(values.junit, junit(verdicts), report);
  if (values.github === true) await report.print(annotations(verdicts));
  if (updating) {
    await writeBaselines(baseline, measured);
    report.note(`baselines stored in ${baseline}`);
  }
  return { status: statusOf(verdicts) };
}

function judge(
  runs: readonly Recording[],
  budgets: Budgets,
  { error, baseline }: { error: string | undefined; baseline: Baseline | undefined },
): Pick<Verdict, "error" | "results"> {
  if (error !== undefined) return { error, results: [] };
  try {
    return { error, results: checkBudgets(runs, budgets, baseline) };
  } catch (problem) {
    // Such as a budget of what the tracer does not tell.
    if (!(problem instanceof DtraceToolsError)) throw problem;
    return { error: problem.message, results: [] };
  }
}

interface Measurement {
  readonly runs: readonly Recording[];
  /** Why it could not be measured, a sentence. */
  readonly error?: string;
  /** The signal that memprof was sent meanwhile. */
  readonly interrupted?: NodeJS.Signals;
}

async function measure(name: string, command: CheckedCommand, report: Report): Promise<Measurement> {
  const choice = readRunChoice(command);
  const runs: Recording[] = [];
  for (let run = 0; run < (command.repeats ?? 1); run++) {
    try {
      let interrupted: NodeJS.Signals | undefined;
      const recording = await recordTarget({ command: command.command }, choice, {
        report,
        // The verdicts are standard output; what the command says goes beside them.
        stdio: ["ignore", 2, 2],
        onSignal: (signal) => (interrupted = signal),
      });
      if (interrupted !== undefined) return { runs, interrupted };
      const error = problemOf(recording);
      if (error !== undefined) return { runs, error };
      for (const caution of cautions(recording)) report.note(`${name}: ${caution}`);
      runs.push(recording);
    } catch (error) {
      if (!(error instanceof DtraceToolsError)) throw error;
      return { runs, error: error.message };
    }
  }
  return { runs };
}

/** Why a recording says nothing about budgets. */
function problemOf({ exit: { code, signal }, lost, partial }: Recording): string | undefined {
  if (code !== 0) return `the command ended with ${signal ?? `status ${code}`}, expected status 0`;
  if (lost > 0) return `the tracer lost ${lost} records, so that the totals may be too small`;
  return partial;
}

function noteMissing(
  commands: Readonly<Record<string, CheckedCommand>>,
  { stored, baseline, report }: { stored: Baselines; baseline: string; report: Report },
): void {
  for (const [name, { budgets }] of Object.entries(commands)) {
    if (budgets.growth !== undefined && stored[name] === undefined) {
      report.note(`${name}: no baseline in ${baseline} to compare with; --update-baseline stores one`);
    }
  }
}

function statusOf(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ error }) => error !== undefined)) return FAILED;
  return verdicts.some(({ results }) => results.some(({ kept }) => !kept)) ? EXCEEDED : 0;
}
