import { isPackageFile } from "./catalogue/is-package-file.ts";
import type { CatalogueVerb } from "./cli.ts";

/** Whether a verb has something to do where no repository is configured. */
export function canDoWithout(verb: CatalogueVerb, args: readonly string[]): boolean {
  if (verb.repositories === "unneeded" || verb.repositories === "helpful") return true;
  return verb.name === "install" && args.length > 0 && args.every(isPackageFile);
}
