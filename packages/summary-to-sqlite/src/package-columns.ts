/** What one variable of a summary becomes in the tables and objects. */
export interface VariableColumn {
  /** As in pkg_summary. */
  readonly variable: string;
  /** In the package tables. */
  readonly column: string;
}

/** The variables of one line of text, in the order of their columns. */
export const TEXT_COLUMNS: readonly VariableColumn[] = [
  { variable: "COMMENT", column: "comment" },
  { variable: "PKGPATH", column: "pkgpath" },
  { variable: "BUILD_DATE", column: "build_date" },
  { variable: "LICENSE", column: "license" },
  { variable: "HOMEPAGE", column: "homepage" },
  { variable: "PKG_OPTIONS", column: "pkg_options" },
  { variable: "CATEGORIES", column: "categories" },
  { variable: "OPSYS", column: "opsys" },
  { variable: "OS_VERSION", column: "os_version" },
  { variable: "MACHINE_ARCH", column: "machine_arch" },
  { variable: "PKGTOOLS_VERSION", column: "pkgtools_version" },
  { variable: "PREV_PKGPATH", column: "prev_pkgpath" },
  { variable: "FILE_NAME", column: "file_name" },
  { variable: "FILE_CKSUM", column: "file_cksum" },
];

/** The variables that are numbers of bytes. */
export const SIZE_COLUMNS: readonly VariableColumn[] = [
  { variable: "SIZE_PKG", column: "size_pkg" },
  { variable: "FILE_SIZE", column: "file_size" },
];

/** The variables of many lines that are rows of their own, and the number that stands for each in the relation tables. */
export const RELATIONS = {
  DEPENDS: 1,
  CONFLICTS: 2,
  SUPERSEDES: 3,
  PROVIDES: 4,
  REQUIRES: 5,
} as const;

/** A variable whose every line is a row. */
export type Relation = keyof typeof RELATIONS;
