/** How packages are listed. */
export interface LineLayout {
  /** Fields separated by `;` instead of columns. */
  readonly parsable: boolean;
}

/** One line of a list: the full name, and what the package is. A package may have no comment. */
export function packageLine(
  { fullName, comment }: { readonly fullName: string; readonly comment: string | undefined },
  { parsable }: LineLayout,
): string {
  return parsable ? `${fullName};${comment ?? ""}\n` : `${fullName.padEnd(20)} ${comment ?? ""}\n`;
}

/** One line of a list that tells how the package stands to the installed one: `=`, `<`, `>`, or empty. */
export function signedLine(
  { fullName, comment }: { readonly fullName: string; readonly comment: string | undefined },
  sign: string,
  { parsable }: LineLayout,
): string {
  if (parsable) return `${fullName};${sign};${comment ?? ""}\n`;
  return packageLine({ fullName: `${fullName} ${sign}`, comment }, { parsable });
}
