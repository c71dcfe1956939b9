/** What can be wrong with what is installed. */
export type ProblemKind =
  /** A packing list is missing, or cannot be understood. */
  | "metadata"
  /** A file is not there. */
  | "missing"
  /** A file is another than was installed, perhaps because the user changed it. */
  | "changed"
  /** A directory that packages share is not there. */
  | "directory"
  /** pkgdb.byfile.db says something else than the packing lists. */
  | "owner"
  /** No installed package satisfies a dependency. */
  | "dependency"
  /** A +REQUIRED_BY does not name the packages that need this one. */
  | "required-by";

/** Something that is wrong with what is installed. */
export interface Problem {
  readonly kind: ProblemKind;
  /** The package that it is about, where it is about one. */
  readonly pkgname: string | undefined;
  /** The path that it is about, where it is about one; without a `destdir`. */
  readonly path: string | undefined;
  readonly message: string;
  /** Whether it can be put right from what is there, and was, if that was asked for. */
  readonly isRepairable: boolean;
}
