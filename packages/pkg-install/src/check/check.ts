import { PackageError } from "pkg-archive";
import { changing } from "../change/changing.ts";
import {
  type InstalledPackage,
  installedPackage,
  installedPackages,
} from "../database/installed-packages.ts";
import { rebuildByFile } from "../database/ownership.ts";
import { rebuildRequiredBy } from "../database/required-by.ts";
import type { Contents } from "../contents.ts";
import { PkgInstallError } from "../errors.ts";
import type { ChangeOptions } from "../options.ts";
import { checkFiles, type FileCheckOptions } from "./check-files.ts";
import { OwnerCheck } from "./check-owners.ts";
import { checkRemnants } from "./check-remnants.ts";
import { checkReferences } from "./check-references.ts";
import type { Problem, ProblemKind } from "./problem.ts";

/** How it is checked what is installed. */
export interface CheckOptions extends Pick<
  ChangeOptions,
  "destdir" | "environment" | "onWarning" | "output" | "signal"
> {
  /**
   * Puts right what can be made anew from the packing lists: pkgdb.byfile.db, every +REQUIRED_BY and shared directories.
   * Default: nothing is changed.
   */
  readonly repair?: boolean | undefined;
  /** Whose files are compared with the packing list, by PKGNAME; it is that which takes time. Default: everyone's. */
  readonly files?: ((pkgname: string) => boolean) | undefined;
  /** Told of everything that is wrong, as it is found. */
  readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/** What was checked, and how much was wrong. */
export interface CheckResult {
  readonly packages: number;
  readonly files: number;
  readonly problems: number;
  /** How many of the problems were put right. */
  readonly repaired: number;
}

/**
 * Checks everything that is installed: that each file is there and is as it was installed, that pkgdb.byfile.db and every
 * +REQUIRED_BY agree with the packing lists, and that dependencies are satisfied.
 *
 * @throws PkgInstallError where it is to be repaired and another process is changing the PKG_DBDIR; the signal's reason
 */
export function check(pkgdb: string, options: CheckOptions = {}): Promise<CheckResult> {
  const body = async (): Promise<CheckResult> => checkAll(pkgdb, options);
  return options.repair === true ? changing({ ...options, pkgdb }, body) : body();
}

function checkAll(
  pkgdb: string,
  { destdir = "", repair = false, files = () => true, onProblem, signal }: CheckOptions,
): CheckResult {
  let problems = 0;
  const repairable = new Map<ProblemKind, number>();
  const count = (kind: ProblemKind): number => repairable.get(kind) ?? 0;
  const report = (problem: Problem): void => {
    problems += 1;
    if (problem.isRepairable) repairable.set(problem.kind, count(problem.kind) + 1);
    onProblem?.(problem);
  };
  const { unreadable, ...checked } = checkPackages(pkgdb, { destdir, repair, files, report, signal });
  checkReferences(pkgdb, report);
  if (!repair) return { ...checked, problems, repaired: 0 };
  // Without all packing lists the database would lose what it knows.
  const isComplete = unreadable === 0;
  if (isComplete && count("owner") > 0) rebuildByFile(pkgdb, destdir);
  if (count("required-by") > 0) rebuildRequiredBy(pkgdb);
  const repaired = count("directory") + count("required-by") + (isComplete ? count("owner") : 0);
  return { ...checked, problems, repaired };
}

function checkPackages(
  pkgdb: string,
  options: FileCheckOptions & Pick<Required<CheckOptions>, "files">,
): Pick<CheckResult, "packages" | "files"> & { readonly unreadable: number } {
  const { destdir, report, signal } = options;
  const names = new Set(installedPackages(pkgdb).map(({ name }) => name));
  checkRemnants(pkgdb, names, report);
  const owners = new OwnerCheck({ pkgdb, destdir, names, report });
  let files = 0;
  let unreadable = 0;
  try {
    for (const name of names) {
      signal?.throwIfAborted();
      const contents = readContents(installedPackage(pkgdb, name), report);
      if (contents === undefined) {
        unreadable += 1;
        continue;
      }
      if (options.files?.(name) === true) {
        files += contents.files.length;
        checkFiles(contents, options);
      }
      owners.take(contents);
    }
    owners.finish();
  } finally {
    owners.close();
  }
  return { packages: names.size, files, unreadable };
}

/** The packing list, where it can be understood. */
function readContents(installed: InstalledPackage, report: (problem: Problem) => void): Contents | undefined {
  try {
    return installed.contents;
  } catch (error) {
    if (!(error instanceof PkgInstallError || error instanceof PackageError)) throw error;
    const { name: pkgname } = installed;
    const message = `the packing list of ${pkgname} cannot be used (${error.message}); install the package again`;
    report({ kind: "metadata", pkgname, path: undefined, message, isRepairable: false });
    return undefined;
  }
}
