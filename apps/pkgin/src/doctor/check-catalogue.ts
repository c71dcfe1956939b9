import { installedPackages } from "pkg-install";
import { refreshLocal } from "../catalogue/refresh-local.ts";
import type { Context } from "../context.ts";
import type { Finding } from "./finding.ts";

/** Compares the catalogue with the packages that are installed. */
export function* checkCatalogue(context: Context): Generator<Finding> {
  const { db, locations } = context;
  const repair = (): Promise<void> => refreshLocal(context, { force: true, verbose: false });
  const known = new Map(db.localPackages().map((entry) => [entry.fullName, entry]));
  for (const { name, isAutomatic } of installedPackages(locations.pkgdb)) {
    const entry = known.get(name);
    known.delete(name);
    if (entry === undefined)
      yield { area: "catalogue", problem: `${name} is installed, which the catalogue does not know`, repair };
    else if (entry.keep === isAutomatic)
      yield {
        area: "catalogue",
        problem: `${name} is ${isAutomatic ? "automatic" : "kept"}, which the catalogue does not know`,
        repair,
      };
  }
  for (const name of known.keys())
    yield { area: "catalogue", problem: `the catalogue has ${name}, which is not installed`, repair };
  yield* checkRepositories(context);
}

function* checkRepositories({ db }: Context): Generator<Finding> {
  for (const { url, mtime } of db.repositories()) {
    if (mtime > 0) continue;
    yield { area: "catalogue", problem: `${url} has never been read; pkgin update does`, repair: undefined };
  }
}
