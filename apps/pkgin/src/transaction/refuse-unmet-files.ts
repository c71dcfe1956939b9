import { redactUrl } from "fetch-to-fd";
import { FatalError } from "../fatal-error.ts";
import type { FilePackage } from "../plan/file-resolver.ts";
import type { Plan } from "../plan/plan.ts";
import { unmetNeeds } from "../plan/problems.ts";
import type { Resolver } from "../plan/resolver.ts";

/**
 * Refuses a package file that needs what is neither installed nor to be had. Of a repository's package scripts expect that it
 * is tried, and fails when others have come in already; a file can be refused while nothing has been changed.
 *
 * @param nameOf what the user has called a package's file
 * @throws FatalError for the first such file
 */
export function refuseUnmetFiles(
  resolver: Resolver,
  plan: Plan,
  { files, nameOf }: { readonly files: readonly FilePackage[]; nameOf(fullName: string): string },
): void {
  for (const { remote } of files) {
    if (!plan.incoming.some((entry) => entry.remote === remote)) continue;
    const unmet = unmetNeeds(resolver, plan, remote);
    if (unmet.length === 0) continue;
    throw new FatalError(
      `${redactUrl(nameOf(remote.fullName))} cannot be installed: ${unmet.map(({ chain }) => chain.join(", ")).join("; ")}\n` +
        "Name package files of what is missing as well, or add a repository that has it with pkgin repo add URL.",
    );
  }
}
