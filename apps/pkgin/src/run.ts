import type { Verb } from "./cli.ts";
import { Declined, FatalError } from "./fatal-error.ts";
import { type Invocation, parseCommandLine, UsageError } from "./options.ts";
import type { Output } from "./report/output.ts";

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
  if (invocation.instead === "help") {
    const { usage } = await import("./usage.ts");
    output.out(usage());
    return 0;
  }
  const { findVerb } = await import("./cli.ts");
  const verb = findVerb(invocation.verb ?? "");
  if (verb === undefined) throw new UsageError();
  return runVerb(verb, invocation, surroundings);
}

async function runVerb(verb: Verb, invocation: Invocation, surroundings: Surroundings): Promise<number> {
  const { openContext } = await import("./open-context.ts");
  const { prepare } = await import("./prepare.ts");
  const opened = openContext({ options: invocation.options, ...surroundings });
  try {
    return await prepare(opened, verb, async (context) => {
      if (verb.argumentMissing !== undefined && invocation.args.length === 0) {
        throw new FatalError(verb.argumentMissing);
      }
      const command = await verb.load();
      return command(context, invocation.args);
    });
  } finally {
    opened.context.db.close();
  }
}

/** Tells the user why a run ended early. @returns the exit status */
async function tell(error: unknown, { output, signal }: Surroundings): Promise<number> {
  if ((error as NodeJS.ErrnoException).code === "EPIPE") throw error;
  if (error instanceof Declined) return 1;
  if (error instanceof UsageError) {
    const { usage } = await import("./usage.ts");
    output.err(`${error.message === "" ? "" : `pkgin: ${error.message}\n`}${usage()}`);
    return 1;
  }
  const reason = signal.aborted ? signal.reason : error;
  output.err(`pkgin: ${reason instanceof Error ? reason.message : String(reason)}\n`);
  return reason instanceof FatalError ? reason.exitCode : 1;
}
