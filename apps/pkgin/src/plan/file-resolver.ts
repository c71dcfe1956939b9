import type { Catalogue, RemotePackage } from "summary-to-sqlite";
import type { Preferences } from "../config/preferred.ts";
import { isMatch } from "./match.ts";
import { Resolver } from "./resolver.ts";

/** A package that is in a file rather than in a repository. */
export interface FilePackage {
  readonly remote: RemotePackage;
  /** Patterns of what it needs. */
  readonly depends: readonly string[];
}

/** Answers from the catalogue and from package files, which go before it. */
export class FileResolver extends Resolver {
  readonly #files: readonly FilePackage[];

  constructor(db: Catalogue, preferences: Preferences, files: readonly FilePackage[]) {
    super(db, preferences);
    this.#files = files;
  }

  override best(pattern: string): RemotePackage | undefined {
    const file = this.#files.find(({ remote }) => isMatch(pattern, remote.fullName));
    return file?.remote ?? super.best(pattern);
  }

  override dependencyPatterns(remote: RemotePackage): readonly string[] {
    const file = this.#files.find((each) => each.remote === remote);
    return file?.depends ?? super.dependencyPatterns(remote);
  }
}
