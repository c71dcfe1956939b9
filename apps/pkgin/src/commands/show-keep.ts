import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { localJson } from "../report/package-json.ts";
import { packageLine } from "../report/package-line.ts";

/** Lists the installed packages that are wanted for themselves. */
export const showKeep: Command = (context) => show(context, true);

/** Lists the installed packages that are wanted only for others. */
export const showNoKeep: Command = (context) => show(context, false);

/** Prints what `import` needs to install the kept packages elsewhere: the PKGPATH of each. */
export const exportKept: Command = ({ db, options, output }) => {
  const kept = db.localPackages().filter(({ keep }) => keep);
  if (kept.length === 0) throw new FatalError("empty local package list.");
  if (options.json) {
    output.json(kept.map(localJson));
    return 0;
  }
  for (const { pkgPath, fullName } of kept) {
    // A package that does not tell where it was built from can still be named.
    output.out(`${pkgPath ?? fullName}\n`);
  }
  return 0;
};

function show({ db, options, output }: Context, wanted: boolean): number {
  const packages = db.localPackages().filter(({ keep }) => keep === wanted);
  if (options.json) {
    output.json(packages.map(localJson));
    return 0;
  }
  if (packages.length === 0) output.out(`empty ${wanted ? "non-" : ""}autoremovable package list\n`);
  for (const entry of packages) output.out(packageLine(entry, { parsable: false }));
  return 0;
}
