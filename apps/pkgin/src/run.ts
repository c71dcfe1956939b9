import { optionRows } from "./command-line/option-table.ts";
import { type Invocation, parseCommandLine, UsageError } from "./command-line/parse.ts";
import { Declined, FatalError } from "./fatal-error.ts";
import { type Output, ReaderGone } from "./report/output.ts";

/** What a run needs of the process. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/**
 * Runs one command line.
 *
 * @param argv without the names of node and the script
 * @returns the exit status
 */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const invocation = parseCommandLine(argv);
    surroundings.output.use(invocation.options);
    return await runInvocation(invocation, surroundings);
  } catch (error) {
    return tell(error, surroundings);
  }
}

/** Code is loaded when it is known to be needed: to start takes longer than most verbs do. */
async function runInvocation(invocation: Invocation, surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  if (invocation.instead === "version") {
    const { version } = await import("./version.ts");
    output.out(version());
    return 0;
  }
  if (invocation.instead === "usage") {
    const { usage } = await import("./usage.ts");
    output.out(usage());
    return 0;
  }
  const { runVerb } = await import("./run-verb.ts");
  return runVerb(invocation, surroundings);
}

/** Tells the user why a run ended early. @returns the exit status */
async function tell(error: unknown, { output, signal }: Surroundings): Promise<number> {
  if (error instanceof ReaderGone) throw error;
  if (error instanceof Declined) return 1;
  if (error instanceof UsageError) {
    const options = optionRows.map(([name]) => name);
    const meant = error.unknown === undefined ? undefined : { word: error.unknown, options };
    const { tellUsage } = await import("./tell-usage.ts");
    return tellUsage(`pkgin: ${error.message}\n`, meant, output);
  }
  const reason = signal.aborted ? signal.reason : error;
  if (!(reason instanceof FatalError)) {
    const { explainBinding } = await import("summary-to-sqlite");
    const explained = explainBinding(reason);
    output.err(`pkgin: ${explained instanceof Error ? explained.message : String(explained)}\n`);
    return 1;
  }
  output.err(`${reason.isBare ? "" : "pkgin: "}${reason.message}\n`);
  if (reason.hint !== undefined && output.errorIsTerminal) output.err(`${reason.hint}\n`);
  return reason.exitCode;
}
