/** What a package to be written is made of. */
export interface PackageSpec {
  /** Full name, with version. */
  readonly pkgname: string;
  /** Absolute path below which the files belong. */
  readonly prefix: string;
  /** One line. */
  readonly comment: string;
  readonly description: string;
  /** A directory laid out as below the prefix; all files in it belong to the package. */
  readonly root: string;
  /** Patterns of what it needs. */
  readonly depends?: readonly string[] | undefined;
  /** Full names of what satisfied them when it was built. */
  readonly buildDepends?: readonly string[] | undefined;
  /** Patterns of what cannot be installed beside it. */
  readonly conflicts?: readonly string[] | undefined;
  /** Directories below the prefix that it shares with others. */
  readonly pkgdirs?: readonly string[] | undefined;
  /** Shell commands for installation and removal; `%D`, `%F`, `%B` and `%f` are about the last file. */
  readonly exec?: readonly string[] | undefined;
  readonly unexec?: readonly string[] | undefined;
  /** Variables of +BUILD_INFO: at least OPSYS, OS_VERSION and MACHINE_ARCH. BUILD_DATE is also the time of every file. */
  readonly buildInfo: Readonly<Record<string, string | readonly string[]>>;
  /** Text of +BUILD_VERSION. */
  readonly buildVersion?: string | undefined;
  /** Scripts. */
  readonly install?: string | undefined;
  readonly deinstall?: string | undefined;
  /** A message that is shown after installation. */
  readonly display?: string | undefined;
  /** Not to be removed without being told twice. */
  readonly preserve?: boolean | undefined;
}

/** A package to be written of which the metadata is there. */
export interface PackageParts {
  /**
   * The metadata files by their names, at least `+CONTENTS`, `+COMMENT` and `+DESC`. Digests, link targets and +SIZE_PKG are
   * added where they are missing.
   */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** A directory that has the files of the packing list, laid out as below the prefix. */
  readonly root: string;
}
