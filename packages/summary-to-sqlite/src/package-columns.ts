/** A variable of pkg_summary and the column that holds it. */
export interface VariableColumn {
  readonly variable: string;
  readonly column: string;
}

/** The variables of one line of text, in the order of their columns. */
export const TEXT_COLUMNS: readonly VariableColumn[] = columns([
  "COMMENT",
  "PKGPATH",
  "BUILD_DATE",
  "LICENSE",
  "HOMEPAGE",
  "PKG_OPTIONS",
  "CATEGORIES",
  "OPSYS",
  "OS_VERSION",
  "MACHINE_ARCH",
  "PKGTOOLS_VERSION",
  "PREV_PKGPATH",
  "FILE_NAME",
  "FILE_CKSUM",
]);

/** The variables that are numbers of bytes. */
export const SIZE_COLUMNS: readonly VariableColumn[] = columns(["SIZE_PKG", "FILE_SIZE"]);

/** The variables of which every line counts for itself; the column holds them as a JSON array. */
export const LIST_COLUMNS: readonly VariableColumn[] = columns([
  "DEPENDS",
  "CONFLICTS",
  "SUPERSEDES",
  "PROVIDES",
  "REQUIRES",
]);

/** A column of {@link LIST_COLUMNS}. */
export type ListColumn = "depends" | "conflicts" | "supersedes" | "provides" | "requires";

function columns(variables: readonly string[]): VariableColumn[] {
  return variables.map((variable) => ({ variable, column: variable.toLowerCase() }));
}
