import { existsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FetchError } from "fetch-to-fd";
import {
  DamagedError,
  openPackage,
  PackageError,
  type PackageReader,
  parseVariables,
  readFileChunks,
} from "pkg-archive";
import {
  DependencyError,
  install,
  installedPackages,
  installedVersions,
  type InstallOptions,
  PkgInstallError,
  rebuildRequiredBy,
  remove,
  replace,
  setAutomatic,
} from "pkg-install";
import { splitName } from "pkg-pattern";
import type { LocalInput } from "summary-to-sqlite";
import { installConfigPlaces } from "../config/install-config-places.ts";
import type { Locations } from "../config/locations.ts";
import { networkOptions } from "../config/network.ts";
import type { Setting } from "../context.ts";
import type { InstallPolicy } from "../integrity/install-policy.ts";
import { printable } from "../report/printable.ts";
import { writing } from "../writing.ts";
import type { AddOptions, Aspect, Backend, ChangeOptions, ChangeResult } from "./backend.ts";
import { describePackage } from "./describe-package.ts";
import { installedStamp } from "./installed-stamp.ts";

type Settings = Pick<InstallOptions, "output" | "onWarning" | "signal">;

/** The backend that does all by itself, with pkg-install: it needs no tools of pkgsrc. */
export class NativeBackend implements Backend {
  readonly replacesAtOnce = true;
  readonly takesStreams = true;
  readonly #setting: Setting;
  readonly #locations: Locations;
  #policy: Promise<InstallPolicy> | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#locations = setting.locations;
  }

  async installedPackages(): Promise<readonly LocalInput[]> {
    const now = Date.now();
    return installedPackages(this.#locations.pkgdb).map((entry) => ({
      stamp: installedStamp(entry, now),
      // Read only when it is asked for.
      get fields() {
        return entry.summary;
      },
      keep: !entry.isAutomatic,
    }));
  }

  async buildDate(file: string): Promise<string | undefined> {
    try {
      return await withPackage(file, async ({ metadata }) => {
        const buildInfo = Buffer.from(metadata.get("+BUILD_INFO") ?? []).toString();
        return parseVariables(buildInfo).get("BUILD_DATE")?.[0];
      });
    } catch {
      // What cannot be read as a package is as good as not there: it is fetched again.
      return undefined;
    }
  }

  async prepareToAdd(): Promise<void> {
    await this.#findPolicy();
  }

  add(file: string, options: AddOptions): Promise<ChangeResult> {
    return attempt("pkg_add", options, async (settings) => {
      const source = options.bytes ?? file;
      const { display } = await withPackage(source, (reader) => this.#install(reader, options, settings));
      if (display !== undefined) writeSync(options.stdout, printable(display));
    });
  }

  delete(fullName: string, options: ChangeOptions): Promise<ChangeResult> {
    return attempt("pkg_delete", options, async (settings) => {
      await remove(fullName, { ...settings, ...this.#place, force: true, deleteChanged: true });
    });
  }

  async describe(url: string, aspect: Aspect, { stderr }: ChangeOptions): Promise<string | undefined> {
    return describePackage(url, aspect, { stderr, network: networkOptions(this.#setting, url) });
  }

  rebuildTree(options: ChangeOptions): Promise<ChangeResult> {
    return attempt("pkg_admin", options, async () => void rebuildRequiredBy(this.#locations.pkgdb));
  }

  async setAutomatic(fullName: string, automatic: boolean): Promise<void> {
    const { pkgdb } = this.#locations;
    writing(join(pkgdb, fullName), () => setAutomatic(pkgdb, fullName, automatic));
  }

  async #install(
    reader: PackageReader,
    { fullName, automatic, returns = false }: AddOptions,
    settings: Settings,
  ) {
    const { pkgname } = reader.packingList;
    if (pkgname !== fullName) {
      throw new DamagedError(`the file of ${fullName} holds another package, ${pkgname}`);
    }
    const policy = returns ? anything : await this.#findPolicy();
    const [present] = installedVersions(this.#locations.pkgdb, splitName(pkgname).base);
    const how: InstallOptions = {
      ...settings,
      ...this.#place,
      prefix: this.#locations.prefix,
      platform: this.#setting.host,
      ...(await policy(pkgname)),
      automatic,
      force: returns,
      allowBrokenDependents: true,
    };
    return present === undefined ? install(reader, how) : replace(present.name, reader, how);
  }

  /** What packages are held to; there is hardly ever anything that says so, and to load what reads it takes time. */
  async #findPolicy(): Promise<InstallPolicy> {
    const isSetUp = installConfigPlaces(this.#setting).some((path) => existsSync(path));
    if (!isSetUp) return anything;
    const { readInstallPolicy } = await import("../integrity/install-policy.ts");
    return (this.#policy ??= readInstallPolicy(this.#setting));
  }

  get #place(): Pick<InstallOptions, "pkgdb" | "destdir"> {
    const { pkgdb, destdir } = this.#locations;
    return { pkgdb, ...(destdir !== "" && { destdir }) };
  }
}

/** Where nobody has said anything, every package may come that is for this machine. */
async function anything(): ReturnType<InstallPolicy> {
  return {};
}

async function withPackage<Result>(
  source: string | AsyncIterable<Uint8Array>,
  work: (reader: PackageReader) => Promise<Result>,
): Promise<Result> {
  const bytes = typeof source === "string" ? readFileChunks(source) : source;
  const reader = await openPackage(bytes);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

/** Does something that may be refused; complaints go where those of pkgsrc's tool would go, in its form. */
async function attempt(
  tool: "pkg_add" | "pkg_delete" | "pkg_admin",
  { stdout, stderr, signal, fullName }: ChangeOptions & { readonly fullName?: string },
  work: (settings: Settings) => Promise<void>,
): Promise<ChangeResult> {
  const say = (text: string): void => void writeSync(stderr, printable(`${tool}: ${text}\n`));
  const onWarning = (message: string): void => say(`Warning: ${message}`);
  try {
    await work({ output: { stdout, stderr }, onWarning, signal });
    return { failure: undefined };
  } catch (error) {
    signal.throwIfAborted();
    if (!isRefusal(error)) throw error;
    const failure = withName(error, fullName);
    say(error instanceof DependencyError ? `Can't install dependency ${error.pattern}` : failure);
    if (tool === "pkg_add") say("1 package addition failed");
    return { failure };
  }
}

/** What is wrong with the bytes of a package file is told without a word about whose they are. */
function withName(error: Error, fullName: string | undefined): string {
  const { message } = error;
  const isNamed = fullName === undefined || message.includes(fullName);
  return isNamed || !(error instanceof PackageError) ? message : `${fullName}: ${message}`;
}

/** Whether an error is about the package or the system, and not a mistake of this program. */
function isRefusal(error: unknown): error is Error {
  if (error instanceof PkgInstallError || error instanceof PackageError) return true;
  if (error instanceof FetchError) return true;
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall !== undefined;
}
