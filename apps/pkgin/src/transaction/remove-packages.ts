import { refreshLocal } from "../catalogue/refresh-local.ts";
import type { Context } from "../context.ts";
import { ErrorLog } from "./error-log.ts";
import { type PhaseStep, runPhase } from "./run-phase.ts";

/** How packages are removed. */
export interface RemovalOptions {
  /** The lists of what needs what are made anew at the end. */
  readonly rebuildTree: boolean;
}

/**
 * Removes packages in the given order.
 *
 * @param names full names
 * @returns the exit status: 1 where one could not be removed
 */
export async function removePackages(
  context: Context,
  names: readonly string[],
  { rebuildTree }: RemovalOptions,
): Promise<number> {
  const log = new ErrorLog(context.locations.errorLog);
  try {
    const backend = await context.backend();
    const isGood = await runPhase(context, log, await removalSteps(context, names));
    const options = { stdout: 1, stderr: context.options.verbose ? 2 : log.fd, signal: context.signal };
    const rebuilt = rebuildTree ? await backend.rebuildTree(options) : undefined;
    await refreshLocal(context, { force: context.options.force, verbose: true });
    return isGood && rebuilt?.failure === undefined ? 0 : 1;
  } finally {
    log.close();
  }
}

/** The steps that remove packages. */
export async function removalSteps(context: Context, names: readonly string[]): Promise<PhaseStep[]> {
  const backend = await context.backend();
  return names.map((fullName) => ({
    doing: "removing",
    fullName,
    change: (options) => backend.delete(fullName, options),
  }));
}
