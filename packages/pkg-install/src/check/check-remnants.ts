import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../errors.ts";
import type { Problem } from "./problem.ts";

/** The names of what belongs in a PKG_DBDIR without being a package. */
const OTHERS = /^(?:\.|pkgdb\.|pkg-vulnerabilities)/;

/** Tells of directories that are no packages, such as an installation leaves that was interrupted. */
export function checkRemnants(
  pkgdb: string,
  installed: ReadonlySet<string>,
  report: (problem: Problem) => void,
): void {
  for (const entry of entriesOf(pkgdb)) {
    if (!entry.isDirectory() || installed.has(entry.name) || OTHERS.test(entry.name)) continue;
    const message = `${join(pkgdb, entry.name)} is no package: it has no packing list`;
    report({ kind: "metadata", pkgname: undefined, path: undefined, message, isRepairable: false });
  }
}

function entriesOf(pkgdb: string): readonly Dirent[] {
  try {
    return readdirSync(pkgdb, { withFileTypes: true });
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}
