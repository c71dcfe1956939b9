import { MalformedError } from "../errors.ts";
import type { PackingList } from "./packing-list.ts";

/**
 * Refuses a name that no package can have, before others make a directory or a URL of it.
 *
 * @throws MalformedError
 */
export function expectName({ pkgname }: PackingList): void {
  // oxlint-disable-next-line no-control-regex
  if (!/^(?!\.)[^/\s\0-\x1f\x7f]+$/.test(pkgname))
    throw new MalformedError(
      `${JSON.stringify(pkgname)}, as its packing list has it, cannot be the name of a package`,
    );
}
