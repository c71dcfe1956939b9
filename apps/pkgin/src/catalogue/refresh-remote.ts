import { redactUrl } from "fetch-to-fd";
import type { Repository } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { Declined, FatalError } from "../fatal-error.ts";
import { proceed } from "../report/prompt.ts";
import { ForeignArchitecture, updateRepository } from "./update-repository.ts";

/** How repositories are read again. */
export interface RemoteRefreshOptions {
  /** Also where nothing has changed. */
  readonly force: boolean;
  /** Tells of each repository, not only of downloads. */
  readonly verbose: boolean;
  /** Tells of a repository that cannot be read, and reads the others. */
  readonly goesOn: boolean;
  /** Waits for none for long, since what it is for can be done without. Default: false. */
  readonly isHurried?: boolean;
}

/**
 * Brings the rows of repositories up to date, one after the other.
 *
 * What was known of one that cannot be read stays.
 *
 * @returns whether all could be read
 * @throws FatalError when one cannot be read, unless it goes on. Declined when its packages are not wanted
 */
export async function refreshRemote(
  context: Context,
  repositories: readonly Repository[],
  { force, verbose, goesOn, isHurried = false }: RemoteRefreshOptions,
): Promise<boolean> {
  const { output, signal } = context;
  // Asked once; an answer holds for the run.
  let acceptForeign = false;
  const update = async (repository: Repository): Promise<boolean> => {
    try {
      return await updateRepository(context, repository, { force, isHurried, acceptForeign });
    } catch (error) {
      if (!(error instanceof ForeignArchitecture)) throw error;
      if (!(await askForeign(context, error.machineArch)))
        throw new Declined("the packages are of another architecture");
      acceptForeign = true;
      return updateRepository(context, repository, { force, isHurried, acceptForeign });
    }
  };
  let isComplete = true;
  for (const repository of repositories) {
    const shown = redactUrl(repository.url);
    if (verbose) output.out(`processing remote summary (${shown})...\n`);
    try {
      const changed = await update(repository);
      if (verbose && !changed) output.out(`database for ${shown} is up-to-date\n`);
    } catch (error) {
      if (!goesOn || signal.aborted || !(error instanceof FatalError)) throw error;
      const isUnknown = isHurried && repository.mtime === 0;
      output.err(`pkgin: ${error.message}${isUnknown ? "; nothing is known of this repository yet" : ""}\n`);
      isComplete = false;
    }
  }
  return isComplete;
}

function askForeign({ host, locations, output, options, signal }: Context, found: string): Promise<boolean> {
  output.out(
    `\r\n/!\\ Warning /!\\ ${found} doesn't match your current architecture (${host.machineArch})\n` +
      `You probably want to modify ${locations.repositoriesFile}.\nStill want to `,
  );
  return proceed({ output, answers: options.answers, byDefault: false, signal });
}
