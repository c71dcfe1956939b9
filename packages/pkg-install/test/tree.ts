import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What a directory holds: each path below it with its type, mode and content; times and owners aside. */
export function treeOf(directory: string, skip: readonly string[] = []): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const visit = (relative: string): void => {
    const path = join(directory, relative);
    const status = lstatSync(path);
    const mode = (status.mode & 0o7777).toString(8);
    if (status.isSymbolicLink()) found[relative] = `link ${readlinkSync(path)}`;
    else if (status.isFile()) found[relative] = `file ${mode} ${readFileSync(path, "latin1")}`;
    else {
      found[relative] = `directory ${mode}`;
      for (const name of readdirSync(path).toSorted()) {
        if (!skip.includes(name)) visit(join(relative, name));
      }
    }
  };
  visit("");
  return found;
}
