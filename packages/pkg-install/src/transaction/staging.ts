import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
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
  readonly #make: (path: string) => void;
  readonly #byDevice = new Map<number, string>();
  readonly #byDirectory = new Map<string, string>();
  #next = 0;

  /**
   * @param roots directories that are good places, the best first
   * @param make makes a directory of a name that is not there
   */
  constructor(roots: readonly string[], make: (path: string) => void) {
    this.#roots = roots;
    this.#make = make;
  }

  /** The staging directories that there are. */
  get directories(): readonly string[] {
    return [...this.#byDevice.values()];
  }

  /** A new name from which a file can be renamed to the given path. */
  nameFor(path: string): string {
    return this.nameIn(dirname(path));
  }

  /** A new name from which a file can be renamed to one in the given directory. */
  nameIn(directory: string): string {
    return `${this.#directoryFor(directory)}/${this.#next++}`;
  }

  /** The same for a file that has a number of its own; the name follows from it, so that it need not be kept. */
  nameOf(number: number, directory: string): string {
    return `${this.#directoryFor(directory)}/file-${number}`;
  }

  #directoryFor(directory: string): string {
    const known = this.#byDirectory.get(directory);
    if (known !== undefined) return known;
    const nearest = nearestExisting(directory);
    const device = statSync(native(nearest)).dev;
    let staging = this.#byDevice.get(device);
    if (staging === undefined) {
      const root = this.#roots.find((path) => existsSync(path) && statSync(path).dev === device) ?? nearest;
      staging = join(root, NAME + randomBytes(6).toString("hex"));
      this.#make(staging);
      this.#byDevice.set(device, staging);
    }
    this.#byDirectory.set(directory, staging);
    return staging;
  }
}

function nearestExisting(directory: string): string {
  return existsSync(native(directory)) ? directory : nearestExisting(dirname(directory));
}
