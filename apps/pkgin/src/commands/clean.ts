import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../cli.ts";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";
import { dropSaved } from "../transaction/saved-packages.ts";

/** Removes what was downloaded, and what is saved of the last transaction. */
export const clean: Command = async ({ locations }) => {
  for (const name of readdirSync(locations.cache)) {
    if (name.startsWith(".")) continue;
    const path = join(locations.cache, name);
    try {
      unlinkSync(path);
    } catch (error) {
      throw new FatalError(`cannot remove ${path}: ${systemReason(error)}`, { cause: error });
    }
  }
  await dropSaved(locations);
  return 0;
};
