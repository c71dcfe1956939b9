import { isAbsolute, normalize } from "node:path";
import type { Contents } from "../contents.ts";
import { parseVariables, type Variables } from "pkg-archive";
import { LEFT_OVER } from "../database/installed-packages.ts";
import { PkgInstallError, UnsafePathError } from "../errors.ts";
import type { InstallOptions, Platform } from "../options.ts";
import { patternFault } from "../patterns.ts";
import { checkPolicy } from "./check-policy.ts";
import { hasControl, refuseUnsafePaths } from "./safe-path.ts";

/** The version of pkg_install whose packages are understood, as a date. */
const TOOLS_VERSION = 20_260_101;

/**
 * Checks what can be said of a package without looking at what is installed: its name, its prefix, its paths, the tools'
 * version, the platform, its licence and what is known against it.
 *
 * @throws PkgInstallError for what is not right and, with `force`, not put up with
 */
export function checkPackage(
  contents: Contents,
  buildInfo: string | undefined,
  options: InstallOptions,
): void {
  const { pkgname } = contents;
  checkName(pkgname);
  checkPrefix(contents, options.prefix);
  refuseUnsafePaths(pkgname, contents.items);
  checkPatterns(contents);
  const variables = parseVariables(buildInfo ?? "");
  checkPolicy(pkgname, variables.get("LICENSE")?.[0], options);
  const problems = [
    toolsProblem(pkgname, variables.get("PKGTOOLS_VERSION")?.[0], options),
    options.platform && platformProblem(pkgname, variables, options),
  ];
  for (const problem of problems) {
    if (problem === undefined) continue;
    if (options.force !== true) throw problem;
    options.onWarning?.(problem.message);
  }
}

/** A name becomes that of a directory in PKG_DBDIR. */
function checkName(pkgname: string): void {
  const isName = /^[^.+/\s][^/\s]*-[^/\s-]*$/.test(pkgname) && !hasControl(pkgname);
  if (isName && !pkgname.endsWith(LEFT_OVER)) return;
  throw new PkgInstallError(
    "ERR_PKGDB_NAME",
    `${JSON.stringify(pkgname)} is no name of a package with its version`,
    {
      pkgname,
    },
  );
}

function checkPrefix({ pkgname, prefix }: Contents, expected: string | undefined): void {
  if (!isAbsolute(prefix) || normalize(prefix) !== prefix || (prefix.endsWith("/") && prefix !== "/")) {
    throw new UnsafePathError(pkgname, prefix, "the prefix must be an absolute path in its plain form");
  }
  if (hasControl(prefix)) throw new UnsafePathError(pkgname, prefix, "it has control characters");
  if (expected === undefined || normalize(`${expected}/.`) === prefix) return;
  throw new PkgInstallError(
    "ERR_INSTALL_PREFIX",
    `${pkgname} was built for the prefix ${prefix}, but ${expected} is used here; find a package built for ${expected}`,
    { pkgname },
  );
}

function checkPatterns({ pkgname, dependencies, conflicts }: Contents): void {
  for (const pattern of [...dependencies, ...conflicts]) {
    const fault = patternFault(pattern);
    if (fault !== undefined)
      throw new PkgInstallError("ERR_INSTALL_PATTERN", `${pkgname} cannot be installed: ${fault}`, {
        pkgname,
      });
  }
}

function toolsProblem(
  pkgname: string,
  version: string | undefined,
  { onWarning }: InstallOptions,
): PkgInstallError | undefined {
  if (version === undefined) return void onWarning?.(`${pkgname} does not say which package tools it needs`);
  const isDate = /^\d{8}$/.test(version);
  if (isDate && Number(version) <= TOOLS_VERSION) return undefined;
  const message = isDate
    ? `${pkgname} needs package tools of ${version}; this program knows packages up to ${TOOLS_VERSION}`
    : `${pkgname} says that it needs package tools of ${JSON.stringify(version)}; a date of eight digits was expected`;
  return new PkgInstallError("ERR_INSTALL_TOOLS", message, { pkgname });
}

function platformProblem(
  pkgname: string,
  variables: Variables,
  { platform, onWarning }: InstallOptions,
): PkgInstallError | undefined {
  if (platform === undefined) return undefined;
  const [opsys, machineArch, osVersion] = ["OPSYS", "MACHINE_ARCH", "OS_VERSION"].map(
    (name) => variables.get(name)?.[0] ?? "unknown",
  );
  const built = `${pkgname} was built for ${opsys}/${machineArch} ${osVersion}`;
  const here = `this is ${platform.opsys}/${platform.machineArch} ${platform.osVersion ?? ""}`.trimEnd();
  if (opsys !== platform.opsys || machineArch !== platform.machineArch) {
    return new PkgInstallError("ERR_INSTALL_PLATFORM", `${built}, but ${here}`, { pkgname });
  }
  if (osVersion !== undefined && !isGoodVersion(osVersion, platform)) onWarning?.(`${built}, but ${here}`);
  return undefined;
}

/** On Linux any version will do; NetBSD's names of one release differ in their tails only. */
function isGoodVersion(built: string, { opsys, osVersion }: Platform): boolean {
  if (opsys === "Linux" || osVersion === undefined || osVersion.startsWith(built)) return true;
  return opsys === "NetBSD" && withoutTail(built) === withoutTail(osVersion);
}

function withoutTail(version: string): string {
  return version.replace(/_(STABLE|RC|BETA|ALPHA|PATCH).*$/, "");
}
