import type { ChangeOptions, ChangeResult } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import type { ErrorLog } from "./error-log.ts";

/** One package that comes or goes. */
export interface PhaseStep {
  /** Such as `installing`. */
  readonly doing: "removing" | "refreshing" | "upgrading" | "installing";
  readonly fullName: string;
  readonly change: (options: ChangeOptions) => Promise<ChangeResult>;
}

/**
 * Carries out removals or installations one after the other, going on after one that fails, and tells how many warnings and
 * errors there were.
 *
 * @returns true where all went well
 */
export async function runPhase(
  { output, options, signal }: Context,
  log: ErrorLog,
  steps: readonly PhaseStep[],
): Promise<boolean> {
  if (steps.length === 0) return true;
  const begin = log.mark();
  let failures = 0;
  let failedRemovals = 0;
  for (const [index, { doing, fullName, change }] of steps.entries()) {
    signal.throwIfAborted();
    const line = `[${index + 1}/${steps.length}] ${doing} ${fullName}...\n`;
    output.out(line);
    if (!options.verbose) log.append(`${timestamp()} ${line}`);
    const { failure } = await change({ stdout: 1, stderr: options.verbose ? 2 : log.fd, signal });
    if (failure === undefined) continue;
    failures += 1;
    failedRemovals += Number(doing === "removing");
    // With -V the reason has been on the terminal already.
    if (!options.verbose) output.err(`pkgin: ${failure}\n`);
  }
  if (!options.verbose) {
    const counts = log.countSince(begin);
    const errors = counts.errors + failedRemovals;
    output.out(`pkg_install warnings: ${counts.warnings}, errors: ${errors}\n`);
    if (counts.warnings + errors > 0) output.out(`pkg_install error log can be found in ${log.path}\n`);
  }
  return failures === 0;
}

/** Such as `2026-11-23T07:48:52Z`. */
function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}
