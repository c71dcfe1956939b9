import type { ChangeOptions, ChangeResult } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import { type Arrival, EVERYTHING_IS_THERE } from "./arrival.ts";
import { DraftLog, type ErrorLog } from "./error-log.ts";

/** One package that comes or goes. */
export interface PhaseStep {
  /** Such as `installing`. */
  readonly doing: "removing" | "refreshing" | "upgrading" | "installing";
  readonly fullName: string;
  readonly change: (options: ChangeOptions) => Promise<ChangeResult>;
}

/**
 * Carries out removals or installations one after the other, going on after one that fails unless all are to be taken back
 * then, and tells how many warnings and errors there were.
 *
 * @param arrival what the steps wait for
 * @returns true where all went well
 */
export async function runPhase(
  context: Context,
  log: ErrorLog,
  steps: readonly PhaseStep[],
  arrival: Arrival = EVERYTHING_IS_THERE,
): Promise<boolean> {
  if (steps.length === 0) return true;
  const phase = new Phase(context, log, steps, arrival);
  try {
    for (const step of steps) {
      if (!(await arrival.comes(step.fullName))) continue;
      context.signal.throwIfAborted();
      await phase.run(step);
      if (context.options.atomic && phase.failures > 0) break;
    }
    await arrival.told;
  } finally {
    phase.tellHeld();
  }
  phase.sumUp();
  return phase.failures === 0;
}

/** A step that was done while downloads were still going on, and is told of only after them. */
interface HeldStep extends ChangeResult {
  readonly step: PhaseStep;
  readonly began: Date;
  /** What was said meanwhile: from where to where in the draft. */
  readonly said: readonly [start: number, end: number];
}

class Phase {
  failures = 0;
  readonly #context: Context;
  readonly #log: ErrorLog;
  readonly #arrival: Arrival;
  readonly #steps: readonly PhaseStep[];
  readonly #begin: number;
  #failedRemovals = 0;
  #told = 0;
  #held: HeldStep[] = [];
  #draft: DraftLog | undefined;

  constructor(context: Context, log: ErrorLog, steps: readonly PhaseStep[], arrival: Arrival) {
    this.#context = context;
    this.#log = log;
    this.#arrival = arrival;
    this.#steps = steps;
    this.#begin = log.mark();
  }

  async run(step: PhaseStep): Promise<void> {
    const { output } = this.#context;
    // On a terminal a person follows what happens; elsewhere the order of the lines does not depend on the network.
    const isHeld = this.#arrival.missing === undefined && !output.isTerminal;
    if (isHeld) return this.#runHeld(step);
    this.tellHeld();
    this.#arrival.pause();
    this.#announce(step, new Date());
    const { failure } = await step.change(this.#changeOptions(this.#log.fd));
    this.#conclude(step, failure);
    this.#arrival.resume();
  }

  /** Tells of what has been held back, as if it had been done now. */
  tellHeld(): void {
    for (const { step, began, said, failure } of this.#held) {
      this.#announce(step, began);
      this.#draft?.copyTo(this.#log, said);
      this.#conclude(step, failure);
    }
    this.#held = [];
    this.#draft?.discard();
    this.#draft = undefined;
  }

  sumUp(): void {
    const { output, options } = this.#context;
    if (options.verbose) return;
    const counts = this.#log.countSince(this.#begin);
    const errors = counts.errors + this.#failedRemovals;
    output.out(`pkg_install warnings: ${counts.warnings}, errors: ${errors}\n`);
    if (counts.warnings + errors > 0) output.out(`pkg_install error log can be found in ${this.#log.path}\n`);
  }

  async #runHeld(step: PhaseStep): Promise<void> {
    this.#draft ??= new DraftLog(`${this.#log.path}.draft`);
    const start = this.#draft.mark();
    const began = new Date();
    const { failure } = await step.change(this.#changeOptions(this.#draft.fd));
    this.#held.push({ step, began, said: [start, this.#draft.mark()], failure });
  }

  #changeOptions(fd: number): ChangeOptions {
    const { options, signal } = this.#context;
    return { stdout: 1, stderr: options.verbose ? 2 : fd, signal };
  }

  #announce({ doing, fullName }: PhaseStep, began: Date): void {
    const { output, options } = this.#context;
    const missing = this.#arrival.missing ?? new Set();
    const total = this.#steps.filter((step) => !missing.has(step.fullName)).length;
    this.#told += 1;
    const line = `[${this.#told}/${total}] ${doing} ${fullName}...\n`;
    output.out(line);
    if (!options.verbose) this.#log.append(`${timestamp(began)} ${line}`);
  }

  #conclude({ doing }: PhaseStep, failure: string | undefined): void {
    const { output, options } = this.#context;
    if (failure === undefined) return;
    this.failures += 1;
    this.#failedRemovals += Number(doing === "removing");
    // With -V the reason has been on the terminal already.
    if (!options.verbose) output.err(`pkgin: ${failure}\n`);
  }
}

/** Such as `2026-11-23T07:48:52Z`. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+/, "");
}
