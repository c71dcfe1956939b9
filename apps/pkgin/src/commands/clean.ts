import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../cli.ts";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";

/** Removes what was downloaded. */
export const clean: Command = ({ locations }) => {
  for (const name of readdirSync(locations.cache)) {
    if (name.startsWith(".")) continue;
    const path = join(locations.cache, name);
    try {
      unlinkSync(path);
    } catch (error) {
      throw new FatalError(`cannot remove ${path}: ${systemReason(error)}`, { cause: error });
    }
  }
  return 0;
};
