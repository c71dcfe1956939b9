import type { Contents } from "../contents.ts";
import type { InstalledPackage } from "../database/installed-packages.ts";
import { ConflictError, DependencyError, FileConflictError, PkgInstallError } from "../errors.ts";
import type { InstallOptions } from "../options.ts";
import { isMeant, packageFinder } from "../patterns.ts";
import type { Work } from "./work.ts";

/**
 * Checks a package against what is installed: conflicts both ways, files of others, its dependencies, and those of the
 * packages that need the one it replaces.
 *
 * @returns names of the installed packages that satisfy its dependencies
 * @throws PkgInstallError for what is not right and, with `force`, not put up with
 */
export function checkInstalled(
  { contents, old }: { contents: Contents; old: InstalledPackage | undefined },
  options: InstallOptions,
  work: Work,
): ReadonlySet<string> {
  const others = work.installed.filter(({ name }) => name !== old?.name);
  checkConflicts(contents, others);
  const tolerate = (problem: PkgInstallError, isTolerated = options.force === true): void => {
    if (!isTolerated) throw problem;
    work.warn(problem.message);
  };
  const { pkgname } = contents;
  for (const problem of brokenDependents(pkgname, old, others)) {
    tolerate(problem, options.force === true || options.allowBrokenDependents === true);
  }
  for (const problem of fileConflicts(contents, old, work)) tolerate(problem);
  const find = packageFinder(others.map(({ name }) => name));
  const needed = new Set<string>();
  for (const pattern of contents.dependencies) {
    const best = find(pattern);
    if (best === undefined) tolerate(new DependencyError(pkgname, pattern));
    else needed.add(best);
  }
  return needed;
}

function checkConflicts({ pkgname, conflicts }: Contents, others: readonly InstalledPackage[]): void {
  const find = packageFinder(others.map(({ name }) => name));
  for (const pattern of conflicts) {
    const installed = find(pattern);
    if (installed === undefined) continue;
    const message = `${pkgname} conflicts with \`${pattern}', and \`${installed}' is installed`;
    throw new ConflictError(message, { pkgname, installed, pattern });
  }
  for (const { name: installed, conflicts: unwanted } of others) {
    const pattern = unwanted.find((candidate) => isMeant(candidate, pkgname));
    if (pattern === undefined) continue;
    const message = `Installed package \`${installed}' conflicts with \`${pattern}' when trying to install \`${pkgname}'`;
    throw new ConflictError(message, { pkgname, installed, pattern });
  }
}

function* brokenDependents(
  pkgname: string,
  old: InstalledPackage | undefined,
  others: readonly InstalledPackage[],
): Generator<PkgInstallError> {
  const dependents = new Set(old?.requiredBy);
  for (const other of others) {
    const { name } = other;
    if (!dependents.has(name)) continue;
    const find = packageFinder([...others.map((each) => each.name), pkgname]);
    const pattern = other.dependencies.find((candidate) => find(candidate) === undefined);
    if (pattern === undefined) continue;
    const message = `${name} needs ${pattern}, which ${pkgname} would not satisfy in the place of ${old?.name}`;
    yield new PkgInstallError("ERR_INSTALL_BREAKS_DEPENDENT", message, { pkgname });
  }
}

function* fileConflicts(
  { pkgname, prefix, items }: Contents,
  old: InstalledPackage | undefined,
  { ownership }: Work,
): Generator<FileConflictError> {
  for (const item of items) {
    if (item.kind !== "file" && !(item.kind === "directory" && item.isShared)) continue;
    const owner = ownership.ownerOf(`${prefix}/${item.path}`);
    if (owner !== undefined && owner !== old?.name && owner !== pkgname) {
      yield new FileConflictError(pkgname, `${prefix}/${item.path}`, owner);
    }
  }
}
