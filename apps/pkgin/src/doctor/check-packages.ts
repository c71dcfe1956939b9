import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { check, type CheckOptions, installedPackages, type ProblemKind } from "pkg-install";
import type { Context } from "../context.ts";
import type { Finding } from "./finding.ts";

/** The marks of files and directories in PKG_DBDIR that are no packages and belong there. */
const OTHERS = /^(?:\.|pkgdb\.|pkg-vulnerabilities)/;

const AREAS: Partial<Readonly<Record<ProblemKind, Finding["area"]>>> = {
  owner: "owners",
  "required-by": "dependents",
};

/** Looks at the records of the installed packages, and at what is derived from them; at their files `verify` does. */
export async function checkPackages({ locations, signal }: Context): Promise<readonly Finding[]> {
  const { pkgdb, destdir } = locations;
  if (!existsSync(pkgdb)) return [];
  const found = leftOvers(pkgdb);
  const options: CheckOptions = { destdir, signal, files: () => false };
  const repair = async (): Promise<void> => void (await check(pkgdb, { ...options, repair: true }));
  const onProblem: CheckOptions["onProblem"] = ({ kind, message, isRepairable }) => {
    found.push({
      area: AREAS[kind] ?? "packages",
      problem: message,
      repair: isRepairable ? repair : undefined,
    });
  };
  await check(pkgdb, { ...options, onProblem });
  return found;
}

function leftOvers(pkgdb: string): Finding[] {
  const names = new Set(installedPackages(pkgdb).map(({ name }) => name));
  return readdirSync(pkgdb)
    .filter(
      (entry) => !names.has(entry) && !OTHERS.test(entry) && lstatSync(join(pkgdb, entry)).isDirectory(),
    )
    .map((entry) => ({
      area: "packages",
      problem: `${join(pkgdb, entry)} is no package: it has no packing list`,
      repair: undefined,
    }));
}
