/** Whether an argument is meant as a package file or its URL, and not a name: what has a slash, or ends as package files do. */
export function isPackageFile(argument: string): boolean {
  return isPackageUrl(argument) || /[/]|\.t(?:gz|bz|xz|zst)$/.test(argument);
}

/** Whether an argument is the URL of a package file. */
export function isPackageUrl(argument: string): boolean {
  return /^(?:https?|ftp|file):\/\//.test(argument);
}
