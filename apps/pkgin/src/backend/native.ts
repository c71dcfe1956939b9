import { createReadStream, writeSync } from "node:fs";
import { openPackage, parseVariables } from "pkg-archive";
import {
  DependencyError,
  install,
  installedPackages,
  type InstallOptions,
  PkgInstallError,
  rebuildRequiredBy,
  remove,
  replace,
  setAutomatic,
} from "pkg-install";
import { splitName } from "pkg-pattern";
import type { LocalInput } from "summary-to-sqlite";
import type { Host } from "../config/host.ts";
import type { Locations } from "../config/locations.ts";
import type { AddOptions, Backend, ChangeOptions, ChangeResult } from "./backend.ts";

/** The backend that does all by itself, with pkg-install: it needs no tools of pkgsrc. */
export class NativeBackend implements Backend {
  readonly #locations: Locations;
  readonly #host: Host;

  constructor(locations: Locations, host: Host) {
    this.#locations = locations;
    this.#host = host;
  }

  async installedPackages(): Promise<Iterable<LocalInput>> {
    return installedPackages(this.#pkgdb).map((entry) => ({
      fields: entry.summary,
      keep: !entry.isAutomatic,
    }));
  }

  async buildDate(file: string): Promise<string | undefined> {
    try {
      const reader = await openPackage(createReadStream(file));
      try {
        const buildInfo = Buffer.from(reader.metadata.get("+BUILD_INFO") ?? []).toString();
        return parseVariables(buildInfo).get("BUILD_DATE")?.[0];
      } finally {
        await reader.close();
      }
    } catch {
      // What cannot be read as a package is as good as not there: it is fetched again.
      return undefined;
    }
  }

  add(file: string, options: AddOptions): Promise<ChangeResult> {
    return attempt("pkg_add", options, async (settings) => {
      const { base } = splitName(options.fullName);
      const present = installedPackages(this.#pkgdb).find(({ name }) => splitName(name).base === base);
      const how: InstallOptions = {
        ...settings,
        ...this.#place,
        prefix: this.#locations.prefix,
        platform: this.#host,
        automatic: options.automatic,
        allowBrokenDependents: true,
      };
      const bytes = createReadStream(file);
      const result = await (present === undefined ? install(bytes, how) : replace(present.name, bytes, how));
      if (result.display !== undefined) writeSync(options.stdout, result.display);
    });
  }

  delete(fullName: string, options: ChangeOptions): Promise<ChangeResult> {
    return attempt("pkg_delete", options, async (settings) => {
      await remove(fullName, { ...settings, ...this.#place, force: true, deleteChanged: true });
    });
  }

  rebuildTree(options: ChangeOptions): Promise<ChangeResult> {
    return attempt("pkg_admin", options, async () => void rebuildRequiredBy(this.#pkgdb));
  }

  async setAutomatic(fullName: string, automatic: boolean): Promise<void> {
    setAutomatic(this.#pkgdb, fullName, automatic);
  }

  get #pkgdb(): string {
    return this.#locations.pkgdb;
  }

  get #place() {
    const { pkgdb, destdir } = this.#locations;
    return { pkgdb, ...(destdir !== "" && { destdir }) };
  }
}

/** Does something that may be refused; complaints go where those of pkgsrc's tool would go, in its form. */
async function attempt(
  tool: string,
  { stdout, stderr, signal }: ChangeOptions,
  work: (settings: Pick<InstallOptions, "output" | "onWarning" | "signal">) => Promise<void>,
): Promise<ChangeResult> {
  const say = (text: string): void => void writeSync(stderr, `${tool}: ${text}\n`);
  const onWarning = (message: string): void => say(`Warning: ${message}`);
  try {
    await work({ output: { stdout, stderr }, onWarning, signal });
    return { failure: undefined };
  } catch (error) {
    signal.throwIfAborted();
    if (!isRefusal(error)) throw error;
    say(error instanceof DependencyError ? `Can't install dependency ${error.pattern}` : error.message);
    if (tool === "pkg_add") say("1 package addition failed");
    return { failure: error.message };
  }
}

/** Errors with a code are about the package or the system; others are mistakes of this program. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof PkgInstallError ||
    (error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string")
  );
}
