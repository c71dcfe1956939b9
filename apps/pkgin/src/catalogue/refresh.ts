import type { CatalogueVerb } from "../cli.ts";
import type { OpenedContext } from "../open-context.ts";
import { unlessBusy } from "./unless-busy.ts";
import { refreshLocal } from "./refresh-local.ts";

/**
 * Brings the catalogue up to date before a verb starts: what is installed, and what the repositories have.
 *
 * Everyone reads what is installed when it has changed. Repositories are asked by the verbs that want it, with `-f`, and
 * where a repository has never been read. A user who may not write works with what there is.
 */
export async function refresh(
  { context, isNew, isWritable }: OpenedContext,
  verb: CatalogueVerb,
): Promise<void> {
  if (!isWritable) return;
  const { db, options, output, repositories } = context;
  // What is known of repositories is of no concern to who asks only about this system.
  const isLocal = verb.isLocal === true;
  const removed = isLocal ? [] : db.setRepositories(repositories);
  for (const url of removed) output.out(`cleaning database from ${url} entries...\n`);
  const force = options.force || removed.length > 0;
  const local = () => refreshLocal(context, { force, verbose: force });
  // Who only reads waits for nobody; the next one will see what has changed.
  const onlyReads = verb.changes === undefined && verb.removes !== true && !force;
  await (onlyReads ? unlessBusy(db, local) : local());
  if (isLocal) return;
  const isComplete = !isNew && !force && db.repositories().every(({ mtime }) => mtime > 0);
  if (isComplete && verb.refresh === undefined) return;
  const verbose = !isComplete || verb.refresh === "verbose";
  // Loaded only now: most runs need no network.
  const { refreshRemote } = await import("./refresh-remote.ts");
  const fresh = db.repositories().filter(({ mtime }) => mtime === 0);
  const wanted = isNew || force || verb.refresh !== undefined ? db.repositories() : fresh;
  // Who asks for an update without the network is told that it cannot be; others work with what there is.
  const isSilent = options.offline && verb.refresh !== "verbose";
  const reachable = isSilent ? wanted.filter(({ url }) => url.startsWith("file:")) : wanted;
  await refreshRemote(context, reachable, { force, verbose });
}
