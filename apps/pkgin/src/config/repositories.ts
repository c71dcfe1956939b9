import { FatalError } from "../fatal-error.ts";
import type { Host } from "./host.ts";
import type { Locations } from "./locations.ts";
import { expandRepository, listRepositories } from "./repositories-file.ts";
import { repositoryGuide } from "./repository-guide.ts";

/** Where repositories may be named. */
export interface RepositorySources {
  /** Those of the command line go before all others. */
  readonly named: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly locations: Pick<Locations, "repositoriesFile" | "prefix" | "selfContained">;
  readonly host: Host;
  /** There must be one. */
  readonly needsRepository: boolean;
}

/**
 * Lists the repositories to use, the most wanted first.
 *
 * `PKG_REPOS` (separated by blanks) takes the place of the file. `$arch` and `$osrelease` are replaced everywhere.
 *
 * @throws FatalError when there is no repository and one is needed, saying how to name one
 */
export function configuredRepositories(sources: RepositorySources): readonly string[] {
  const { host, locations, needsRepository } = sources;
  const repositories = urlsOf(sources);
  if (repositories.length > 0 || !needsRepository) return [...new Set(repositories)];
  if (urlsOf({ ...sources, environment: {} }).length > 0)
    throw new FatalError(
      `PKG_REPOS is set but names no repository, and goes before ${locations.repositoriesFile}, which does: unset it`,
    );
  throw new FatalError(
    `${locations.repositoriesFile} has no repositories or does not exist.\n` +
      `No PKG_REPOS variable to fallback to.\n\n${repositoryGuide(locations, host).trimEnd()}`,
  );
}

function urlsOf({
  named,
  environment,
  locations,
  host,
}: Omit<RepositorySources, "needsRepository">): readonly string[] {
  const fromEnvironment = environment["PKG_REPOS"];
  const words = named.length > 0 ? named : fromEnvironment?.split(/\s+/).filter((url) => url !== "");
  if (words !== undefined) return words.map((url) => expandRepository(url, host));
  return listRepositories(locations.repositoriesFile, host).flatMap(({ url, isEnabled }) =>
    isEnabled ? [url] : [],
  );
}
