import { join } from "node:path";
import type { Setting } from "../context.ts";

/** Where pkg_install.conf may be, the one that counts first: below the prefix, else where the system has it. */
export function installConfigPlaces({ locations }: Pick<Setting, "locations">): readonly string[] {
  const { destdir, prefix, selfContained } = locations;
  const own = join(destdir, prefix, "etc/pkg_install.conf");
  return selfContained ? [own] : [own, join(destdir, "/etc/pkg_install.conf")];
}
