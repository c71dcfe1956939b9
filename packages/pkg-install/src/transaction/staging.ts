import { existsSync, mkdtempSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { native } from "../text.ts";

const NAME = ".pkg-install.";

/**
 * Directories for new files before they are put in place, and for old ones until all has gone well.
 *
 * A rename stays within a file system, so there is one for each that a transaction touches.
 */
export class Staging {
  readonly #roots: readonly string[];
  readonly #made: (path: string) => void;
  readonly #byDevice = new Map<number, string>();
  readonly #byDirectory = new Map<string, string>();
  #next = 0;

  /**
   * @param roots directories that are good places, the best first
   * @param made told of each directory that was made
   */
  constructor(roots: readonly string[], made: (path: string) => void) {
    this.#roots = roots;
    this.#made = made;
  }

  /** The staging directories that there are. */
  get directories(): readonly string[] {
    return [...this.#byDevice.values()];
  }

  /** A new name from which a file can be renamed to the given path. */
  nameFor(path: string): string {
    return join(this.#directoryFor(dirname(path)), String(this.#next++));
  }

  #directoryFor(directory: string): string {
    const known = this.#byDirectory.get(directory);
    if (known !== undefined) return known;
    const nearest = nearestExisting(directory);
    const device = statSync(native(nearest)).dev;
    let staging = this.#byDevice.get(device);
    if (staging === undefined) {
      const root = this.#roots.find((path) => existsSync(path) && statSync(path).dev === device) ?? nearest;
      staging = mkdtempSync(join(root, NAME));
      this.#byDevice.set(device, staging);
      this.#made(staging);
    }
    this.#byDirectory.set(directory, staging);
    return staging;
  }
}

function nearestExisting(directory: string): string {
  return existsSync(native(directory)) ? directory : nearestExisting(dirname(directory));
}
