import { MalformedError } from "../errors.ts";
import { parseVariables, type Variables } from "../variables.ts";

/*
 * pkg_install.conf sets up the tools that install packages. A line for each value, `VARIABLE=VALUE`; what is unknown is passed
 * over. Some variables of the environment go before it.
 */

/** What pkg_install.conf says, with defaults for what it does not. */
export interface InstallConfig {
  /** PKG_DBDIR: the directory of the installed packages. */
  readonly pkgDbDir: string | undefined;
  /** PKG_REFCOUNT_DBDIR: where the packages' scripts count what they share. Default: `pkgDbDir` with `.refcount`. */
  readonly refcountDbDir: string | undefined;
  /** PKG_PATH: where packages are looked for, in order. */
  readonly pkgPath: readonly string[];
  /** VERIFIED_INSTALLATION: whether packages must be signed by somebody who is trusted. */
  readonly verifiedInstallation: "never" | "always" | "trusted" | "interactive";
  /** GPG_KEYRING_VERIFY: the public keys for packages. */
  readonly packageKeyring: string | undefined;
  /** GPG_KEYRING_PKGVULN: the public keys for pkg-vulnerabilities. */
  readonly vulnerabilityKeyring: string | undefined;
  /** CHECK_VULNERABILITIES: whether a package with a known weakness may be installed. */
  readonly checkVulnerabilities: "never" | "always" | "interactive";
  /** CHECK_END_OF_LIFE: whether a package that is no longer looked after counts as weak. */
  readonly checkEndOfLife: boolean;
  /** CHECK_OS_VERSION: whether it is told that a package was built for another version of the system. */
  readonly checkOsVersion: boolean;
  /** CHECK_LICENSE: whether the licence of a package must be acceptable; with `always` it must have one. */
  readonly checkLicense: "no" | "yes" | "always";
  /** ACCEPTABLE_LICENSES: names of licences. */
  readonly acceptableLicenses: readonly string[];
  /** DEFAULT_ACCEPTABLE_LICENSES, which go in place of those that everybody accepts. */
  readonly defaultAcceptableLicenses: readonly string[] | undefined;
  /** PKGVULNDIR: where pkg-vulnerabilities is. Default: `pkgDbDir`. */
  readonly vulnerabilityDir: string | undefined;
  /** PKGVULNURL: where pkg-vulnerabilities comes from. */
  readonly vulnerabilityUrl: string | undefined;
  /** IGNORE_URL: addresses of weaknesses that do not count. */
  readonly ignoredUrls: readonly string[];
}

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads pkg_install.conf.
 *
 * @param text of the file; empty where there is none
 * @param environment in which PKG_DBDIR, PKG_REFCOUNT_DBDIR and PKG_PATH go before the file
 * @throws MalformedError for a word that a variable cannot have; which file it was the caller knows
 */
export function parseInstallConfig(text: string, environment: Environment = {}): InstallConfig {
  const reader = new ConfigReader(parseVariables(text), environment);
  const pkgDbDir = reader.overridable("PKG_DBDIR");
  return {
    pkgDbDir,
    refcountDbDir: reader.overridable("PKG_REFCOUNT_DBDIR") ?? (pkgDbDir && `${pkgDbDir}.refcount`),
    pkgPath: (reader.overridable("PKG_PATH") ?? "").split(";").filter((path) => path !== ""),
    verifiedInstallation: reader.choice("VERIFIED_INSTALLATION", [
      "never",
      "always",
      "trusted",
      "interactive",
    ]),
    packageKeyring: reader.text("GPG_KEYRING_VERIFY"),
    vulnerabilityKeyring: reader.text("GPG_KEYRING_PKGVULN"),
    checkVulnerabilities: reader.choice("CHECK_VULNERABILITIES", ["never", "always", "interactive"]),
    checkEndOfLife: reader.choice("CHECK_END_OF_LIFE", ["no", "yes"]) === "yes",
    checkOsVersion: reader.choice("CHECK_OS_VERSION", ["yes", "no"]) === "yes",
    checkLicense: reader.choice("CHECK_LICENSE", ["no", "yes", "always"]),
    acceptableLicenses: reader.words("ACCEPTABLE_LICENSES") ?? [],
    defaultAcceptableLicenses: reader.words("DEFAULT_ACCEPTABLE_LICENSES"),
    vulnerabilityDir: reader.text("PKGVULNDIR") ?? pkgDbDir,
    vulnerabilityUrl: reader.text("PKGVULNURL"),
    ignoredUrls: reader.words("IGNORE_URL") ?? [],
  };
}

class ConfigReader {
  readonly #variables: Variables;
  readonly #environment: Environment;

  constructor(variables: Variables, environment: Environment) {
    this.#variables = variables;
    this.#environment = environment;
  }

  text(name: string): string | undefined {
    return this.#variables.get(name)?.[0] || undefined;
  }

  overridable(name: string): string | undefined {
    return this.#environment[name] || this.text(name);
  }

  /** Words of all lines. */
  words(name: string): readonly string[] | undefined {
    return this.#variables.get(name)?.flatMap((line) => line.split(/\s+/).filter((word) => word !== ""));
  }

  /** The first of the words is the default. */
  choice<const T extends string>(name: string, words: readonly [T, ...T[]]): T {
    const value = this.text(name) ?? words[0];
    const found = words.find((word) => word === value.toLowerCase());
    if (found !== undefined) return found;
    throw new MalformedError(
      `${name} was expected to be ${words.join(" or ")}, found ${JSON.stringify(value)}`,
    );
  }
}
