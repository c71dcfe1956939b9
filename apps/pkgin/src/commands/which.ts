import { existsSync, realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { ByFileError, installedPackages, ownerOf } from "pkg-install";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";

/** Tells which installed packages files belong to. */
export const which: Command = (context, args) => {
  const { options, output } = context;
  const found = args.map((word) => ({ file: word, ...ownerOfFile(context, word) }));
  if (options.json) output.json(found);
  for (const { file, fullName } of found) {
    if (fullName === undefined) output.err(`no installed package owns ${file}\n`);
    else if (!options.json) output.out(`${fullName}\n`);
  }
  return found.every(({ fullName }) => fullName !== undefined) ? 0 : 1;
};

/** Looks for a path as it is given, then for what it leads to; a word without a slash may be a program on PATH. */
function ownerOfFile(context: Context, word: string): { path: string; fullName: string | undefined } {
  const path = resolve(programOnPath(context, word) ?? word);
  const fullName = lookUp(context, path);
  if (fullName !== undefined || !existsSync(path)) return { path, fullName };
  const real = realpathSync(path);
  return { path: real, fullName: lookUp(context, real) };
}

function programOnPath({ environment, locations }: Context, word: string): string | undefined {
  if (word.includes("/") || existsSync(word)) return undefined;
  const { destdir, prefix } = locations;
  const own = [join(destdir + prefix, "bin"), join(destdir + prefix, "sbin")];
  return [...own, ...(environment["PATH"] ?? "").split(delimiter)]
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, word))
    .find((candidate) => existsSync(candidate));
}

/** Below another root, packages know their files without that root. */
function lookUp({ locations }: Context, path: string): string | undefined {
  const { destdir, pkgdb } = locations;
  const inside = destdir !== "" && path.startsWith(`${destdir}/`) ? path.slice(destdir.length) : path;
  try {
    const owner = ownerOf(pkgdb, inside);
    if (owner !== undefined) return owner;
  } catch (error) {
    if (!(error instanceof ByFileError)) throw error;
  }
  // The list of owners may be missing or damaged: the packing lists are what it is made of.
  return installedPackages(pkgdb).find(({ files }) => files.includes(inside))?.name;
}
