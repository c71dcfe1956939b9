import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Scene } from "./scene.ts";

/** The full names of the packages that are recorded below a scene's prefix. */
export function installedNames({ prefix }: Pick<Scene, "prefix">): string[] {
  const pkgdb = join(prefix, "pkgdb");
  if (!existsSync(pkgdb)) return [];
  return readdirSync(pkgdb).filter((name) => existsSync(join(pkgdb, name, "+CONTENTS")));
}
