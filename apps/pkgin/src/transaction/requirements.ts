import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { Incoming, UnmetRequirement } from "../plan/plan.ts";

/** Finds the libraries of the system that incoming packages need and that are not there. */
export function unmetRequirements(
  { db, locations }: Context,
  incoming: readonly Incoming[],
): UnmetRequirement[] {
  const { prefix, destdir } = locations;
  return incoming.flatMap(({ remote }) =>
    db
      .remoteRequires(remote.id)
      // What is below the prefix comes with packages.
      .filter((file) => !file.startsWith(`${prefix}/`) && !existsSync(join(destdir, file)))
      .map((file) => ({ file, fullName: remote.fullName })),
  );
}
