import type { RemotePackage } from "summary-to-sqlite";
import { requireRemote } from "../catalogue/lookup.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";

/** Lists the shared libraries that a remote package brings. */
export const provides: Command = (context, [wanted = ""]) =>
  listLibraries(context, requireRemote(context, wanted), "provided");

/** Lists the shared libraries that a remote package needs. */
export const requires: Command = (context, [wanted = ""]) =>
  listLibraries(context, requireRemote(context, wanted), "required");

function listLibraries(
  { db, options, output }: Context,
  { id, fullName }: RemotePackage,
  which: "provided" | "required",
): number {
  const files = which === "provided" ? db.remoteProvides(id) : db.remoteRequires(id);
  if (options.json) {
    output.json(files);
    return 0;
  }
  if (files.length === 0) output.out(`No shared libraries ${which} by ${fullName}.\n`);
  else output.out(`Shared libraries ${which} by ${fullName}:\n`);
  for (const file of files.toReversed()) output.out(`\t${file}\n`);
  return 0;
}
