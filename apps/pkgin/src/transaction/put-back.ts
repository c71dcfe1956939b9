import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ChangeOptions } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import type { PackageState } from "./history.ts";
import type { Keepsakes } from "./keepsakes.ts";

/** Whether just this package is installed, by the records of the packages themselves. */
export function isInstalled({ locations }: Pick<Context, "locations">, fullName: string): boolean {
  return existsSync(join(locations.pkgdb, fullName, "+CONTENTS"));
}

/** What came of putting a package back. */
export interface PutBack {
  readonly isBack: boolean;
  /** The same for a person. */
  readonly words: string;
}

/**
 * Puts a package back that has gone while what was to take its place has not come.
 *
 * @returns undefined where nothing was to be done
 */
export async function putBack(
  context: Context,
  { fullName, keep }: PackageState,
  how: { readonly keepsakes: Keepsakes; readonly options: ChangeOptions },
): Promise<PutBack | undefined> {
  if (isInstalled(context, fullName)) return undefined;
  const file = how.keepsakes.fileOf(fullName);
  if (file === undefined)
    return { isBack: false, words: `${fullName} is gone, and could not be saved before` };
  const backend = await context.backend();
  const { failure } = await backend.add(file, { ...how.options, fullName, automatic: !keep, returns: true });
  return failure === undefined
    ? { isBack: true, words: `${fullName} was put back` }
    : {
        isBack: false,
        words: `${fullName} is gone, and could not be put back (${failure}): mend that and install ${file}`,
      };
}
