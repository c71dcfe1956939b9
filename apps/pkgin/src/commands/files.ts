import { installedPackage } from "pkg-install";
import { findInstalled, findRemote } from "../catalogue/lookup.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { packageUrl } from "../transaction/cache.ts";

/** Lists the files of packages: of what is installed by its records, else by looking into the package file. */
export const files: Command = async (context, args) => {
  const { options, output } = context;
  const found: { readonly fullName: string; readonly files: readonly string[] }[] = [];
  let status = 0;
  for (const word of args) {
    const listed = await filesOf(context, word);
    if (listed === undefined) status = 1;
    else found.push(listed);
  }
  if (options.json) output.json(found);
  else for (const each of found) output.out(each.files.map((path) => `${path}\n`).join(""));
  return status;
};

async function filesOf(context: Context, word: string) {
  const { db, locations, output, signal } = context;
  const installed = findInstalled(db, word);
  if (installed !== undefined) {
    const { fullName } = installed;
    return { fullName, files: installedPackage(locations.pkgdb, fullName).files };
  }
  const remote = findRemote(db, word);
  if (remote === undefined) {
    output.err(`${word} is not available in the repository\n`);
    suggestRemote(context, word);
    return undefined;
  }
  const backend = await context.backend();
  const text = await backend.describe(packageUrl(remote), "files", { stdout: 1, stderr: 2, signal });
  const paths = text?.split("\n").filter((line) => line.startsWith("/"));
  return paths && { fullName: remote.fullName, files: paths };
}
