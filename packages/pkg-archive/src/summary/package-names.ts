import { readdir } from "node:fs/promises";

const PACKAGE = /\.t(?:gz|bz2?|xz|zst)$/;

/** The names of the package files in a directory, in the order of {@link compareNames}. */
export async function packageNames(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && PACKAGE.test(entry.name));
  return names.map(({ name }) => name).toSorted(compareNames);
}

/** The order in which a summary has its packages; it depends on nobody's language. */
export function compareNames(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
