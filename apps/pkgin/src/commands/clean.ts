import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../cli.ts";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";
import { dropSaved, type SavedPackage } from "../transaction/saved-packages.ts";

const NOT_PUT_BACK = "could not be put back when a change had failed, and may be the last there is";

/** Removes what was downloaded, and what is saved of the last transaction; what could not be put back stays, and is named. */
export const clean: Command = async ({ locations, options, output }) => {
  for (const name of readdirSync(locations.cache)) {
    if (name.startsWith(".")) continue;
    const path = join(locations.cache, name);
    try {
      unlinkSync(path);
    } catch (error) {
      throw new FatalError(`cannot remove ${path}: ${systemReason(error)}`, { cause: error });
    }
  }
  const kept = await dropSaved(locations);
  if (kept.length > 0) output.err(keptLine(kept));
  if (options.json) output.json(kept.map((saved) => ({ ...saved, reason: NOT_PUT_BACK })));
  return 0;
};

function keptLine(kept: readonly SavedPackage[]): string {
  const files = kept.map(({ file }) => file).join(" and ");
  const tells = [...new Set(kept.map(({ transaction }) => `pkgin history ${transaction}`))].join(" and ");
  return `pkgin: kept ${files}: ${NOT_PUT_BACK}; why, ${tells} shows\n`;
}
