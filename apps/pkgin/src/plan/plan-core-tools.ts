import type { Plan } from "./plan.ts";
import { planInstall } from "./plan-install.ts";
import type { Resolver } from "./resolver.ts";

/** What manages packages: it is brought up to date before it is used to upgrade the rest. */
const CORE_TOOLS = ["pkg_install", "pkgin"];

/**
 * Plans the upgrade of the package tools themselves, as far as they are installed and available.
 *
 * @returns undefined where nothing of it is an upgrade, and the tools can go along with everything else
 */
export function planCoreTools(resolver: Resolver): Plan | undefined {
  const names = CORE_TOOLS.filter(
    (name) => resolver.installed(name) !== undefined && resolver.best(name) !== undefined,
  );
  const { incoming, ...rest } = planInstall(resolver, names);
  if (!incoming.some(({ action }) => action === "upgrade")) return undefined;
  return {
    ...rest,
    incoming: incoming
      .filter(({ action, remote }) => action !== "refresh" || !CORE_TOOLS.includes(remote.name))
      // To be asked for here makes nothing kept that the user does not keep.
      .map((entry) => ({ ...entry, keep: entry.installed?.keep ?? false })),
  };
}
