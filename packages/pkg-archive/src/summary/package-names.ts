import { readdir } from "node:fs/promises";
import { decodeText } from "bz2-record-stream";

const PACKAGE = /\.t(?:gz|bz2?|xz|zst)$/;

/** The names of the package files in a directory as `decodeText` gives them, in the order of {@link compareNames}. */
export async function packageNames(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true, encoding: "buffer" });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => decodeText(name));
  return names.filter((name) => PACKAGE.test(name)).toSorted(compareNames);
}

/** The order in which a summary has its packages; it depends on nobody's language. */
export function compareNames(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
