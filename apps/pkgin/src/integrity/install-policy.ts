import type { InstallConfig } from "pkg-archive";
import type { InstallOptions } from "pkg-install";
import { DEFAULT_LICENSES } from "../config/default-licenses.ts";
import { readInstallConfig } from "../config/install-config.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { proceed } from "../report/prompt.ts";
import { weaknessLine } from "../report/weakness-line.ts";
import { type Audit, auditWith } from "./audit-with.ts";
import { keptList, vulnerabilityFile } from "./vulnerability-list.ts";

/** What a package is held to when it is installed; the user may be asked. */
export type InstallPolicy = (
  fullName: string,
) => Promise<Pick<InstallOptions, "licenses" | "platform" | "vulnerabilities">>;

/**
 * Reads what pkg_install.conf holds packages to, besides who has signed them.
 *
 * @throws FatalError where that cannot be understood, or there is no list to tell which packages are vulnerable
 */
export async function readInstallPolicy(setting: Setting): Promise<InstallPolicy> {
  const config = readInstallConfig(setting);
  const { opsys, machineArch, osVersion } = setting.host;
  const always = {
    platform: { opsys, machineArch, osVersion: config.checkOsVersion ? osVersion : undefined },
    licenses: licensePolicy(config),
  };
  const audit = await readAudit(setting, config);
  if (audit === undefined) return async () => always;
  // `-y` is an answer to what the plan shows, and no plan tells of weaknesses.
  const isAsked = config.checkVulnerabilities === "interactive" && setting.options.answers === "ask";
  return async (fullName) =>
    isAsked && (await isPutUpWith(setting, fullName, audit)) ? always : { ...always, vulnerabilities: audit };
}

function licensePolicy(config: InstallConfig): InstallOptions["licenses"] {
  const { acceptableLicenses, checkLicense, defaultAcceptableLicenses = DEFAULT_LICENSES } = config;
  if (checkLicense === "no") return undefined;
  return {
    acceptable: [...defaultAcceptableLicenses, ...acceptableLicenses],
    mustBeStated: checkLicense === "always",
  };
}

/** Without a list there is nothing to ask about, as with pkgsrc's tools; but it is there where it always has to be looked at. */
async function readAudit(setting: Setting, config: InstallConfig): Promise<Audit | undefined> {
  if (config.checkVulnerabilities === "never") return undefined;
  const kept = await keptList(setting, config);
  if (kept !== undefined) return auditWith(kept.list, config);
  if (config.checkVulnerabilities === "interactive") return undefined;
  throw new FatalError(
    `CHECK_VULNERABILITIES=always asks for ${vulnerabilityFile(setting, config)}, which is not there: pkgin audit gets it`,
  );
}

async function isPutUpWith(
  { output, options, signal }: Setting,
  fullName: string,
  audit: Audit,
): Promise<boolean> {
  const found = audit(fullName);
  if (found.length === 0) return true;
  output.err(found.map((each) => weaknessLine(fullName, each)).join(""));
  return proceed({ output, answers: options.answers, byDefault: false, signal });
}
