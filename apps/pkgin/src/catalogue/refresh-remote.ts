import { redactUrl } from "fetch-to-fd";
import type { Repository } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { Declined } from "../fatal-error.ts";
import { proceed } from "../report/prompt.ts";
import { ForeignArchitecture, updateRepository } from "./update-repository.ts";

/** How repositories are read again. */
export interface RemoteRefreshOptions {
  /** Also where nothing has changed. */
  readonly force: boolean;
  /** Tells of each repository, not only of downloads. */
  readonly verbose: boolean;
}

/**
 * Brings the rows of repositories up to date, one after the other.
 *
 * @throws FatalError when one cannot be read; what was known of it stays. Declined when its packages are not wanted
 */
export async function refreshRemote(
  context: Context,
  repositories: readonly Repository[],
  { force, verbose }: RemoteRefreshOptions,
): Promise<void> {
  const { output } = context;
  // Asked once; an answer holds for the run.
  let acceptForeign = false;
  const update = async (repository: Repository): Promise<boolean> => {
    try {
      return await updateRepository(context, repository, { force, acceptForeign });
    } catch (error) {
      if (!(error instanceof ForeignArchitecture)) throw error;
      if (!(await askForeign(context, error.machineArch)))
        throw new Declined("the packages are of another architecture");
      acceptForeign = true;
      return updateRepository(context, repository, { force, acceptForeign });
    }
  };
  for (const repository of repositories) {
    const shown = redactUrl(repository.url);
    if (verbose) output.out(`processing remote summary (${shown})...\n`);
    const changed = await update(repository);
    if (verbose && !changed) output.out(`database for ${shown} is up-to-date\n`);
  }
}

function askForeign({ host, locations, output, options, signal }: Context, found: string): Promise<boolean> {
  output.out(
    `\r\n/!\\ Warning /!\\ ${found} doesn't match your current architecture (${host.machineArch})\n` +
      `You probably want to modify ${locations.repositoriesFile}.\nStill want to `,
  );
  return proceed({ output, answers: options.answers, byDefault: false, signal });
}
