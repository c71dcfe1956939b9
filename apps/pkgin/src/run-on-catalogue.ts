import { explainDamage } from "./catalogue/catalogue-damage.ts";
import { canDoWithout } from "./can-do-without.ts";
import type { CatalogueVerb } from "./cli.ts";
import type { Setting } from "./context.ts";
import { openContext } from "./open-context.ts";
import { prepare } from "./prepare.ts";

/** Opens the catalogue, makes everything ready for a verb, and does its work. @returns the exit status */
export async function runOnCatalogue(
  verb: CatalogueVerb,
  setting: Setting,
  args: readonly string[],
): Promise<number> {
  const opened = openContext(setting, { needsRepository: !canDoWithout(verb, args) });
  try {
    return await prepare(opened, { verb, args });
  } catch (error) {
    throw explainDamage(error, opened.context.locations.database);
  } finally {
    opened.context.db.close();
  }
}
