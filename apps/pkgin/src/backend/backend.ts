import type { LocalInput } from "summary-to-sqlite";

/** What installs and removes packages, and knows what is installed. */
export interface Backend {
  /** Whether an addition that fails leaves the package that it was to take the place of as it was. */
  readonly replacesAtOnce: boolean;
  /** Whether an addition can take the package as it comes, rather than from a file. */
  readonly takesStreams: boolean;
  /** Everything that is installed, for the catalogue. */
  installedPackages(): Promise<readonly LocalInput[]>;
  /** When the package in a file was built, or undefined where the file does not tell. */
  buildDate(file: string): Promise<string | undefined>;
  /**
   * Gets ready to install, before anything else is done for it.
   *
   * @throws FatalError where what installations are held to cannot be found out
   */
  prepareToAdd(): Promise<void>;
  /** Installs a package from a file, in place of the installed one of its name. */
  add(file: string, options: AddOptions): Promise<ChangeResult>;
  /** Removes an installed package, whatever needs it. */
  delete(fullName: string, options: ChangeOptions): Promise<ChangeResult>;
  /**
   * Describes a package file that need not be on this system.
   *
   * @returns what pkgsrc's `pkg_info` prints of it, or undefined where it cannot be had, which has then been told
   */
  describe(url: string, aspect: Aspect, options: ChangeOptions): Promise<string | undefined>;
  /** Makes the lists of what needs what anew. */
  rebuildTree(options: ChangeOptions): Promise<ChangeResult>;
  /** Marks a package as installed for others (true) or as wanted for itself (false). */
  setAutomatic(fullName: string, automatic: boolean): Promise<void>;
}

/** What of a package is described. */
export type Aspect = "files" | "description" | "build definitions";

/** How packages are changed. */
export interface ChangeOptions {
  /** File descriptor of what scripts and tools print, which is shown at once. */
  readonly stdout: number;
  /** File descriptor of what scripts and tools complain about: the log, or the terminal. */
  readonly stderr: number;
  readonly signal: AbortSignal;
  /** Told which process does the work, where it is another one, which goes on though this one be killed. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** How a package is installed. */
export interface AddOptions extends ChangeOptions {
  /** The full name that the file is said to hold. */
  readonly fullName: string;
  /** For the sake of others only. */
  readonly automatic: boolean;
  /** It was installed before, and comes back, also where something that it needs is not there: what it is held to was decided then. */
  readonly returns?: boolean | undefined;
  /** The package as it comes, in the place of the file, for a backend that takes it. */
  readonly bytes?: AsyncIterable<Uint8Array> | undefined;
}

/** How a change ended: undefined where all is well, else why nothing was changed, in the words of who refused. */
export type ChangeResult = { readonly failure: string | undefined };
