import { refresh } from "./catalogue/refresh.ts";
import { unsizedPackages } from "./catalogue/unsized-packages.ts";
import type { CatalogueVerb } from "./cli.ts";
import type { Context } from "./context.ts";
import { FatalError } from "./fatal-error.ts";
import { canWrite, type OpenedContext } from "./open-context.ts";
import { withLock } from "./transaction/lock.ts";

/**
 * Does what has to be done before a verb's work, and the work: checks rights, takes the lock where something will be
 * changed, brings the catalogue up to date.
 *
 * @throws FatalError where the user may not do what is asked
 */
export async function prepare(
  opened: OpenedContext,
  verb: CatalogueVerb,
  work: (context: Context) => Promise<number>,
): Promise<number> {
  const { context, isWritable } = opened;
  if (verb.changes !== undefined) checkRights(context, verb);
  const run = async () => {
    await refresh(opened, verb);
    warnOfSizes(context, verb);
    return work(context);
  };
  const needsLock = (verb.changes !== undefined || verb.removes === true) && isWritable;
  return needsLock ? withLock(context.locations.home, run) : run();
}

function checkRights({ locations, options }: Context, verb: CatalogueVerb): void {
  const changesPackages = verb.changes === "packages" && !options.downloadOnly;
  const isAllowed = canWrite(locations.home) && (!changesPackages || canWrite(locations.pkgdb));
  if (!isAllowed) throw new FatalError("You don't have enough rights for this operation.");
}

/** Packages of unknown size cannot be installed; every run says so, but for the one that has just read them. */
function warnOfSizes({ db, output }: Context, verb: CatalogueVerb): void {
  if (verb.name === "update") return;
  for (const fullName of unsizedPackages(db)) {
    output.err(`warning: remote package ${fullName} has an invalid or missing FILE_SIZE\n`);
  }
}
