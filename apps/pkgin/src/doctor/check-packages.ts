import { existsSync } from "node:fs";
import { check, type CheckOptions, type ProblemKind } from "pkg-install";
import type { Context } from "../context.ts";
import type { Finding } from "./finding.ts";

const AREAS: Partial<Readonly<Record<ProblemKind, Finding["area"]>>> = {
  owner: "owners",
  "required-by": "dependents",
};

/** Looks at the records of the installed packages, and at what is derived from them; at their files `verify` does. */
export async function checkPackages({ locations, signal }: Context): Promise<readonly Finding[]> {
  const { pkgdb, destdir } = locations;
  if (!existsSync(pkgdb)) return [];
  const found: Finding[] = [];
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
