import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where everything is that pkgin reads and writes. All paths are absolute. */
export interface Locations {
  /** Directory that packages are installed below. */
  readonly prefix: string;
  /** Directory of the installed packages' records, PKG_DBDIR. */
  readonly pkgdb: string;
  /** pkgin's own directory, PKGIN_DBDIR. */
  readonly home: string;
  /** The SQLite catalogue. */
  readonly database: string;
  /** Downloaded package files. */
  readonly cache: string;
  /** What package scripts say on standard error. */
  readonly errorLog: string;
  readonly repositoriesFile: string;
  readonly preferredFile: string;
  /** True where `--prefix` put everything below one directory, which is then made as needed. */
  readonly selfContained: boolean;
}

/** Where the binary packages of each system are built for, as published. */
const SYSTEM_PREFIX: Partial<Record<NodeJS.Platform, string>> = { sunos: "/opt/local", darwin: "/opt/pkg" };

/**
 * Finds where everything is.
 *
 * With a prefix, all of it is below that directory and the environment has no say. Without one, the system's usual
 * places are used, which `PKG_DBDIR` and `PKGIN_DBDIR` override.
 *
 * @param prefix the value of `--prefix`, if given
 */
export function findLocations(prefix: string | undefined, environment: NodeJS.ProcessEnv): Locations {
  if (prefix !== undefined) {
    const root = resolve(prefix);
    return below(root, join(root, "pkgdb"), join(root, "var/db/pkgin"), true);
  }
  const root = SYSTEM_PREFIX[process.platform] ?? "/usr/pkg";
  // Older installations keep their records here; newer ones below the prefix.
  const pkgdb = [join(root, "pkgdb"), "/var/db/pkg"].find((path) => existsSync(path)) ?? join(root, "pkgdb");
  const home = environment["PKGIN_DBDIR"] ?? "/var/db/pkgin";
  return below(root, resolve(environment["PKG_DBDIR"] ?? pkgdb), resolve(home), false);
}

function below(prefix: string, pkgdb: string, home: string, selfContained: boolean): Locations {
  return {
    prefix,
    pkgdb,
    home,
    database: join(home, "pkgin.db"),
    cache: join(home, "cache"),
    errorLog: join(home, "pkg_install-err.log"),
    repositoriesFile: join(prefix, "etc/pkgin/repositories.conf"),
    preferredFile: join(prefix, "etc/pkgin/preferred.conf"),
    selfContained,
  };
}
