/** What the placeholders of a command stand for. */
export interface CommandPlace {
  readonly prefix: string;
  /** The file line before the command, relative to the prefix. */
  readonly file: string | undefined;
}

/**
 * Puts the values of `%D`, `%F`, `%B` and `%f` into a command of a packing list, each quoted for the shell.
 *
 * `%D` is the prefix, `%F` the last file, `%B` its directory, `%f` its last part. Any other `%x` stays, and so do those of a
 * file where there was none.
 */
export function expandPlaceholders(command: string, { prefix, file }: CommandPlace): string {
  return command.replace(/%[DFBf]/g, (placeholder) => {
    if (placeholder === "%D") return quoteForShell(prefix);
    if (file === undefined) return placeholder;
    const path = `${prefix}/${file}`;
    const slash = path.lastIndexOf("/");
    if (placeholder === "%F") return quoteForShell(file);
    return quoteForShell(placeholder === "%B" ? path.slice(0, slash) : path.slice(slash + 1));
  });
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
