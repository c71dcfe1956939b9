import { join } from "node:path";
import { packageFinder } from "../patterns.ts";
import { readLines, replaceFile, REQUIRED_BY } from "./files.ts";
import { installedPackages } from "./installed-packages.ts";

/** A dependency that no installed package satisfies. */
export interface Unresolved {
  /** The package that has it. */
  readonly pkgname: string;
  readonly pattern: string;
}

/** The text of a +REQUIRED_BY with these names; undefined where there are none, and so the file is not to be. */
export function requiredByText(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.map((name) => `${name}\n`).join("");
}

/**
 * Makes every +REQUIRED_BY anew from the packing lists.
 *
 * @returns the dependencies that no installed package satisfies
 */
export function rebuildRequiredBy(pkgdb: string): readonly Unresolved[] {
  const installed = installedPackages(pkgdb);
  const dependents = new Map(installed.map(({ name }) => [name, new Set<string>()]));
  const find = packageFinder([...dependents.keys()]);
  const unresolved: Unresolved[] = [];
  for (const { name, dependencies } of installed) {
    for (const pattern of dependencies) {
      const best = find(pattern);
      if (best === undefined) unresolved.push({ pkgname: name, pattern });
      else dependents.get(best)?.add(name);
    }
  }
  for (const { directory, name } of installed) rewrite(directory, [...(dependents.get(name) ?? [])]);
  return unresolved;
}

function rewrite(directory: string, names: readonly string[]): void {
  const path = join(directory, REQUIRED_BY);
  const isSame = readLines(path).join("\n") === names.join("\n");
  if (!isSame) replaceFile(path, requiredByText(names));
}
