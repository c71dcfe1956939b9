import { check, type Problem } from "pkg-install";
import { allInstalled } from "../catalogue/lookup.ts";
import { suggestInstalled } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";

/** What can be wrong with a package's files. */
const KINDS: ReadonlySet<Problem["kind"]> = new Set(["changed", "directory", "metadata", "missing"]);

/** Compares installed files with what was recorded when they were installed. */
export const verify: Command = async (context, args) => {
  const { db, locations, options, output, signal } = context;
  const missing = args.filter((word) => allInstalled(db, word).length === 0);
  for (const word of missing) {
    output.err(`no such installed package ${word}\n`);
    suggestInstalled(context, word);
  }
  const wanted = args.length === 0 ? db.localPackages() : args.flatMap((word) => allInstalled(db, word));
  const names = new Set(wanted.map(({ fullName }) => fullName));
  const found: Problem[] = [];
  const { files } = await check(locations.pkgdb, {
    destdir: locations.destdir,
    files: (pkgname) => names.has(pkgname),
    onProblem(problem) {
      if (KINDS.has(problem.kind) && names.has(problem.pkgname ?? "")) found.push(problem);
    },
    signal,
  });
  if (options.json)
    output.json(
      found.map(({ pkgname, path, kind, message }) => ({ fullName: pkgname, path, kind, message })),
    );
  else for (const { message } of found) output.out(`${message}\n`);
  output.err(
    `${counted(files, "file")} of ${counted(names.size, "package")} verified, ${found.length} not as they were installed\n`,
  );
  return found.length > 0 || missing.length > 0 ? 1 : 0;
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
