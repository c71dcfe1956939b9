import type { LocalPackage, RemotePackage } from "summary-to-sqlite";

/** What is done with a package of a repository: `refresh` is another build of the version that is installed. */
export type Action = "install" | "upgrade" | "refresh";

/** A package that comes in. */
export interface Incoming {
  readonly action: Action;
  readonly remote: RemotePackage;
  /** The installed package of the same name that it takes the place of. */
  readonly installed: LocalPackage | undefined;
  /** True where the user wants it for itself, not only as a dependency. */
  readonly keep: boolean;
}

/** An installed package that has to go so that others can come in. */
export interface Outgoing {
  readonly installed: LocalPackage;
  readonly reason: "conflict" | "superseded" | "undone";
  /** The package of the same name and path in a repository, whose name reports show. */
  readonly remote: RemotePackage | undefined;
  /** Full names of the incoming packages that it makes way for; none where what replaces it is there already. */
  readonly causes: readonly string[];
}

/** An argument that cannot be met. */
export interface Unavailable {
  readonly argument: string;
  /** The pattern of preferred.conf that excludes every match, if that is why. */
  readonly preferred: string | undefined;
}

/** A library that an incoming package needs and this system has not. */
export interface UnmetRequirement {
  readonly file: string;
  readonly fullName: string;
}

/** An incoming package, and libraries below the prefix that it needs and nothing has or brings. */
export interface LackingLibraries {
  readonly fullName: string;
  readonly files: readonly string[];
}

/** What a request comes to: everything is decided, nothing is done yet. */
export interface Plan {
  /** In the order of installation. */
  readonly incoming: readonly Incoming[];
  /** In the order of removal, before anything comes in. */
  readonly outgoing: readonly Outgoing[];
  /** Installed packages that were automatic, and are wanted from now on in the place of something that goes. */
  readonly keeping?: readonly LocalPackage[];
  readonly unavailable: readonly Unavailable[];
}
