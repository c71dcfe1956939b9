import { statSync } from "node:fs";

/** What has been changed so lately may be changed again without its time telling, in milliseconds. */
const TOO_LATE = 2000;

/**
 * Tells this state of an installed package from every other: whoever adds, removes or replaces a file of its records sets
 * the time of their directory, and who edits the packing list in place sets that one's. Whether a package is automatic is not
 * part of it.
 *
 * @param now the present time, in milliseconds
 * @returns undefined where it was changed so lately that it cannot be told
 */
export function installedStamp(
  { name, directory }: { readonly name: string; readonly directory: string },
  now: number,
): string | undefined {
  const found = [directory, `${directory}/+CONTENTS`].map((path) =>
    statSync(path, { throwIfNoEntry: false }),
  );
  const parts: (string | number)[] = [name];
  for (const status of found) {
    if (status === undefined || status.ctimeMs > now - TOO_LATE) return undefined;
    parts.push(status.ino, status.ctimeMs);
  }
  return parts.join(" ");
}
