import { type References, referencesOf } from "../database/required-by.ts";
import type { Problem } from "./problem.ts";

/** Checks that dependencies are satisfied, and that each package knows which others need it. */
export function checkReferences(pkgdb: string, report: (problem: Problem) => void): void {
  const references: References = referencesOf(pkgdb);
  for (const { pkgname, pattern } of references.unresolved) {
    const message = `${pkgname} needs ${pattern}, which is not installed`;
    report({ kind: "dependency", pkgname, path: undefined, message, isRepairable: false });
  }
  for (const [installed, dependents] of references.dependents) {
    const { name: pkgname, requiredBy } = installed;
    if (requiredBy.length === dependents.size && requiredBy.every((name) => dependents.has(name))) continue;
    const expected = dependents.size === 0 ? "no package" : [...dependents].join(", ");
    const found = requiredBy.length === 0 ? "none" : requiredBy.join(", ");
    const message = `+REQUIRED_BY of ${pkgname} should name ${expected}; it names ${found}`;
    report({ kind: "required-by", pkgname, path: undefined, message, isRepairable: true });
  }
}
