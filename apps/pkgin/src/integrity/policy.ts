import { existsSync } from "node:fs";
import { installConfigPlaces } from "../config/install-config-places.ts";
import type { Context, Setting } from "../context.ts";
import type { VerifyPolicy } from "../options.ts";

/** What packages are held to, and the keys that may sign. */
export interface Policy {
  readonly verify: VerifyPolicy;
  /** A file. */
  readonly keyring: string | undefined;
}

/**
 * Finds what packages are held to: what the user asks for, and not less than VERIFIED_INSTALLATION of pkg_install.conf, which
 * pkgsrc's tools heed themselves where they are used.
 *
 * @throws FatalError for a pkg_install.conf that cannot be understood
 */
export async function findPolicy(setting: Setting & Pick<Context, "tools">): Promise<Policy> {
  const { options, tools } = setting;
  const asked: Policy = { verify: options.verify, keyring: options.keyring };
  // Looked for first, since there is hardly ever one, and to load what reads it takes time.
  if (tools !== undefined || !installConfigPlaces(setting).some((path) => existsSync(path))) return asked;
  const { readInstallConfig } = await import("../config/install-config.ts");
  const { packageKeyring, verifiedInstallation } = readInstallConfig(setting);
  const isStrict = verifiedInstallation === "always" || verifiedInstallation === "trusted";
  return {
    verify: isStrict ? "signature" : asked.verify,
    keyring: asked.keyring ?? packageKeyring,
  };
}
