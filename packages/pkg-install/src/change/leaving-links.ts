import { dirname } from "node:path";
import type { InstalledPackage } from "../database/installed-packages.ts";
import { leadsThrough } from "./leads-through.ts";

/**
 * The symbolic links of a package that is being replaced: where they lead does not matter to the new one, which may have
 * directories in their places.
 */
export class LeavingLinks {
  /** Where the package's prefix is. */
  readonly prefix: string;
  readonly #links: ReadonlySet<string>;

  constructor({ contents }: InstalledPackage, destdir: string) {
    this.prefix = destdir + contents.prefix;
    const links = contents.files.filter(({ target }) => target !== undefined);
    this.#links = new Set(links.map(({ path }) => `${this.prefix}/${path}`));
  }

  /** Whether a path leads through one of the links. */
  isBelow(path: string): boolean {
    return leadsThrough(dirname(path), this.#links);
  }
}
