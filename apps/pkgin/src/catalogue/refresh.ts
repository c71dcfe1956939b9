import { canDoWithout } from "../can-do-without.ts";
import type { CatalogueVerb } from "../cli.ts";
import type { OpenedContext } from "../open-context.ts";
import { unlessBusy } from "./unless-busy.ts";
import { refreshLocal } from "./refresh-local.ts";

/**
 * Brings the catalogue up to date before a verb starts: what is installed, and what the repositories have.
 *
 * Everyone reads what is installed when it has changed. Repositories are asked by the verbs that want it, with `-f`, and
 * where a repository has never been read. A user who may not write works with what there is.
 *
 * @returns false where the verb cannot go on, since repositories could not be read; that has been told
 * @throws FatalError when a verb that installs cannot read one
 */
export async function refresh(
  { context, isNew, isWritable }: OpenedContext,
  verb: CatalogueVerb,
): Promise<boolean> {
  // The doctor looks whether the catalogue is whole before anything is written to it.
  if (!isWritable || verb.name === "doctor") return true;
  const { db, options, output, repositories } = context;
  // What is known of repositories is of no concern to who asks only about this system.
  const isLocal = verb.repositories === "unneeded" || repositories.length === 0;
  const removed = isLocal ? [] : db.setRepositories(repositories);
  for (const url of removed) output.out(`cleaning database from ${url} entries...\n`);
  const force = options.force || removed.length > 0;
  const local = () => refreshLocal(context, { force, verbose: force });
  // Who only reads waits for nobody; the next one will see what has changed.
  const onlyReads = verb.changes === undefined && verb.removes !== true && !force;
  await (onlyReads ? unlessBusy(db, local) : local());
  if (isLocal) return true;
  const known = db.repositories();
  const fresh = known.filter(({ mtime }) => mtime === 0);
  const isAsked = isNew || force || verb.refresh !== undefined;
  const wanted = isAsked ? known : verb.repositories === "spared" ? [] : fresh;
  if (wanted.length === 0) return true;
  const verbose = isNew || force || fresh.length > 0 || verb.refresh === "verbose";
  // Loaded only now: most runs need no network.
  const { refreshRemote } = await import("./refresh-remote.ts");
  // Who asks for an update without the network is told that it cannot be; others work with what there is.
  const isSilent = options.offline && verb.refresh !== "verbose";
  const reachable = isSilent ? wanted.filter(({ url }) => url.startsWith("file:")) : wanted;
  // What is installed must not come from the less wanted repository because the other one did not answer.
  const isFree = canDoWithout(verb, context.command.slice(1));
  const goesOn = verb.refresh !== "quiet" || isFree;
  const isHurried = verb.refresh === undefined || isFree;
  const isComplete = await refreshRemote(context, reachable, { force, verbose, goesOn, isHurried });
  if (isComplete || verb.repositories !== undefined || isFree) return true;
  return verb.refresh === undefined && db.repositories().some(({ mtime }) => mtime > 0);
}
