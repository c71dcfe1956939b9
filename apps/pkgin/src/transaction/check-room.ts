import { existsSync } from "node:fs";
import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanSizes } from "../report/plan-report.ts";
import { cachedFile } from "./cache.ts";
import { isLocal } from "./fetch-package.ts";
import { checkSpace, isSameFileSystem } from "./space.ts";
import { sumOfSizes } from "../report/sum-of-sizes.ts";

/**
 * Makes sure that there is room for a plan: for what is downloaded, for what is installed, and for both where they go to one
 * file system, since downloads stay until they are cleaned away.
 *
 * @param needed what is to be downloaded
 * @returns what there must be room for
 * @throws FatalError where there is not enough
 */
export function checkRoom(context: Context, plan: Plan, needed: readonly RemotePackage[]): PlanSizes {
  const { locations, options } = context;
  const root = locations.destdir + locations.prefix;
  const toFetch = needed.filter(({ repository }) => !isLocal(repository));
  const sizes = { download: sumOfSizes(toFetch.map(({ fileSize }) => fileSize)), disk: growth(plan) };
  checkSpace(locations.cache, "download", sizes.download);
  checkSpace(root, "installation", sizes.disk);
  const isAllThere = !options.downloadOnly && isSameFileSystem(locations.cache, root);
  const kept = (options.noCache ? 0n : sizes.download) + (options.atomic ? savedSize(context, plan) : 0n);
  if (isAllThere) checkSpace(root, "installation", kept + sizes.disk);
  return sizes;
}

/** By how many bytes the installed files grow; what is only removed does not count. */
function growth({ incoming }: Plan): bigint {
  return sumOfSizes(
    incoming.map(({ remote, installed }) => (remote.sizePkg ?? 0n) - (installed?.sizePkg ?? 0n)),
  );
}

/** Bytes that the old packages take until all is good; of those in the cache only another name is kept. */
function savedSize(context: Context, { incoming, outgoing }: Plan): bigint {
  const old = [...incoming, ...outgoing].flatMap(({ installed }) => installed ?? []);
  return sumOfSizes(
    old.filter((entry) => !existsSync(cachedFile(context, entry))).map(({ sizePkg }) => sizePkg),
  );
}
