import { PackageError } from "pkg-archive";
import { installedPackages, PkgInstallError } from "pkg-install";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { changedFiles, type ChangedFile } from "../integrity/changed-files.ts";

/** Compares installed files with what was recorded when they were installed. */
export const verify: Command = (context, args) => {
  const { db, options, output } = context;
  const missing = args.filter((word) => db.localMatching(word).length === 0);
  for (const word of missing) {
    output.err(`no such installed package ${word}\n`);
    suggestInstalled(context, word);
  }
  const names =
    args.length === 0
      ? undefined
      : new Set(args.flatMap((word) => db.localMatching(word).map(({ fullName }) => fullName)));
  const found = [...problems(context, names)];
  if (options.json) output.json(found);
  else for (const each of found) output.out(`${each.fullName}: ${each.path} ${each.problem}\n`);
  const count = names?.size ?? db.localPackages().length;
  const files = new Set(found.map(({ path }) => path)).size;
  output.err(`${count} packages verified, ${files} files are not as they were installed\n`);
  return found.length > 0 || missing.length > 0 ? 1 : 0;
};

function* problems(
  { locations }: Context,
  names: ReadonlySet<string> | undefined,
): Generator<ChangedFile & { readonly fullName: string }> {
  for (const installed of installedPackages(locations.pkgdb)) {
    if (names !== undefined && !names.has(installed.name)) continue;
    const fullName = installed.name;
    try {
      for (const changed of changedFiles(installed.contents, locations.destdir))
        yield { fullName, ...changed };
    } catch (error) {
      if (!(error instanceof PkgInstallError || error instanceof PackageError)) throw error;
      yield { fullName, path: installed.directory, problem: `cannot be read: ${error.message}` };
    }
  }
}
