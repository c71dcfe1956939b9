import { hasAvailable } from "./catalogue/has-available.ts";
import { refresh } from "./catalogue/refresh.ts";
import type { CatalogueVerb } from "./cli.ts";
import type { Context } from "./context.ts";
import { expectArgument } from "./expect-argument.ts";
import { FatalError } from "./fatal-error.ts";
import { canWrite, type OpenedContext } from "./open-context.ts";
import { withLock } from "./transaction/lock.ts";

/**
 * Does what has to be done before a verb's work, and the work: takes the lock where something will be changed, brings the
 * catalogue up to date, checks arguments and rights.
 *
 * @throws FatalError where the user may not do what is asked
 */
export async function prepare(
  opened: OpenedContext,
  { verb, args }: { readonly verb: CatalogueVerb; readonly args: readonly string[] },
): Promise<number> {
  const { context, isWritable } = opened;
  const { options, output } = context;
  const run = async () => {
    // What a verb prints to be read back must not be mixed with words about refreshing.
    output.use({ ...options, json: options.json || verb.isReadBack === true });
    const canGoOn = await refresh(opened, verb);
    output.use(options);
    if (!canGoOn) return 1;
    warnOfSizes(context, verb);
    expectArgument(verb, args);
    checkRights(context, verb);
    const command = await verb.load();
    return command(context, args);
  };
  const changesSomething = verb.changes !== undefined || verb.removes === true;
  const needsLock = changesSomething && isWritable && options.answers !== "no" && !options.dryRun;
  if (!needsLock) {
    if (touchesPackages(verb)) await (await import("./transaction/tell-cut-off.ts")).tellCutOff(context);
    return run();
  }
  const onWait = (owner: string) => output.err(`pkgin: waiting for another pkgin (${owner})\n`);
  return withLock(
    context.locations.home,
    { wait: options.wait, onWait, signal: context.signal },
    async () => {
      if (touchesPackages(verb)) {
        const { finishCutOff } = await import("./transaction/finish-cut-off.ts");
        await finishCutOff(context);
      }
      return run();
    },
  );
}

/** Rather than the catalogue alone, or nothing. */
function touchesPackages({ changes, removes }: CatalogueVerb): boolean {
  return changes === "packages" || removes === true;
}

/** Where nothing is available there is nothing to be refused either; the verb says so. */
function checkRights({ db, locations, options }: Context, verb: CatalogueVerb): void {
  if (verb.changes === undefined || options.dryRun) return;
  if (verb.refresh === "quiet" && !hasAvailable(db)) return;
  const changesPackages = !(options.downloadOnly && verb.refresh !== undefined);
  const isAllowed = canWrite(locations.home) && (!changesPackages || canWrite(locations.pkgdb));
  if (!isAllowed) throw new FatalError("You don't have enough rights for this operation.");
}

/**
 * Packages of unknown size cannot be installed; every run says so, but for the one that has just read them, and the doctor,
 * who looks first whether there is anything to be read.
 */
function warnOfSizes({ db, output }: Context, verb: CatalogueVerb): void {
  if (verb.name === "update" || verb.name === "doctor") return;
  for (const fullName of db.remoteUnsized()) {
    output.err(`warning: remote package ${fullName} has an invalid or missing FILE_SIZE\n`);
  }
}
