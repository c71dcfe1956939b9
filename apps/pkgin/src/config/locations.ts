import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { FatalError } from "../fatal-error.ts";
import type { Options } from "../options.ts";

/** Where everything is that pkgin reads and writes. All paths are absolute, and those of this system but for the prefix. */
export interface Locations {
  /** Directory that packages are installed below, as they see it. */
  readonly prefix: string;
  /** Comes before the prefix on this system: the directory that `-c` names, else empty. */
  readonly destdir: string;
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
  /** What transactions there were. */
  readonly history: string;
  readonly repositoriesFile: string;
  readonly preferredFile: string;
  /** pkgin.conf. */
  readonly settingsFile: string;
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
 * @param options the values of `--prefix`, `-c` and `--repository`, if given
 * @throws FatalError with status 255 when the directory of `-c` is not there
 */
export function findLocations(
  { prefix, chroot, repositories }: Pick<Options, "prefix" | "chroot" | "repositories">,
  environment: NodeJS.ProcessEnv,
): Locations {
  const destdir = chroot === undefined ? "" : existingDirectory(chroot);
  const within = (path: string) => (destdir === "" ? resolve(path) : join(destdir, path));
  if (prefix !== undefined) {
    const root = destdir === "" ? resolve(prefix) : resolve("/", prefix);
    const inside = within(root);
    const home = join(inside, "var/db/pkgin");
    return below(root, { destdir, pkgdb: join(inside, "pkgdb"), home, repositories }, true);
  }
  const root = SYSTEM_PREFIX[process.platform] ?? "/usr/pkg";
  // Older installations keep their records here; newer ones below the prefix.
  const known = [join(root, "pkgdb"), "/var/db/pkg"].find((path) => existsSync(within(path)));
  const pkgdb = within(environment["PKG_DBDIR"] ?? known ?? join(root, "pkgdb"));
  const home = within(environment["PKGIN_DBDIR"] ?? "/var/db/pkgin");
  return below(root, { destdir, pkgdb, home, repositories }, false);
}

function existingDirectory(path: string): string {
  const directory = resolve(path);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) {
    return directory === "/" ? "" : directory;
  }
  throw new FatalError("Unable to chroot", { exitCode: 255 });
}

function below(
  prefix: string,
  {
    destdir,
    pkgdb,
    home,
    repositories,
  }: Pick<Locations, "destdir" | "pkgdb" | "home"> & Pick<Options, "repositories">,
  selfContained: boolean,
): Locations {
  const configuration = join(destdir, prefix, "etc/pkgin");
  return {
    prefix,
    destdir,
    pkgdb,
    home,
    database: join(home, databasePath(repositories)),
    cache: join(home, "cache"),
    errorLog: join(home, "pkg_install-err.log"),
    history: join(home, "history"),
    repositoriesFile: join(configuration, "repositories.conf"),
    preferredFile: join(configuration, "preferred.conf"),
    settingsFile: join(configuration, "pkgin.conf"),
    selfContained,
  };
}

/** Other repositories for one run have a catalogue of their own, which can be fetched again as what is in the cache can. */
function databasePath(repositories: readonly string[]): string {
  if (repositories.length === 0) return "pkgin.db";
  // Loading it takes longer than all else here, and hardly anybody needs it.
  const { createHash } = process.getBuiltinModule("node:crypto");
  const digest = createHash("sha256").update(repositories.join("\n")).digest("hex");
  return `cache/repository-${digest.slice(0, 12)}.db`;
}
