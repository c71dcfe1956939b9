import { compareVersions } from "pkg-pattern";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { decideAction } from "../plan/action.ts";
import { Resolver } from "../plan/resolver.ts";

/** An installed package that is not as the repositories have it. */
interface Difference {
  readonly name: string;
  readonly installed: string;
  /** The version that `upgrade` would bring; undefined where there is none. */
  readonly available: string | undefined;
  readonly state: "upgrade" | "downgrade" | "refresh" | "held" | "gone";
}

/** Lists installed packages that are not as the repositories have them, and why `upgrade` would leave some alone. */
export const outdated: Command = (context) => {
  const { db, options, output } = context;
  const found = differences(context);
  if (options.json) {
    output.json(found);
    return 0;
  }
  for (const { name, installed, available, state } of found) {
    const fields = [`${name}-${installed}`, available ?? "-", state];
    output.out(
      options.parsable
        ? `${fields.join(";")}\n`
        : `${fields[0]?.padEnd(30)} ${fields[1]?.padEnd(16)} ${state}\n`,
    );
  }
  if (found.length === 0) {
    output.err(db.localPackages().length === 0 ? "Nothing is installed.\n" : "Everything is up to date.\n");
  }
  return 0;
};

function differences({ db, preferences }: Context): Difference[] {
  const resolver = new Resolver(db, preferences);
  return db.localPackages().flatMap((installed): Difference[] => {
    const { name, version } = installed;
    const facts = { name, installed: version };
    const candidate = resolver.upgradeOf(installed);
    const [newest] = db.remoteNamed(name).filter(({ pkgPath }) => pkgPath === installed.pkgPath);
    const isHeld = newest !== undefined && !preferences.allows(name, newest.fullName);
    const action = candidate && decideAction(installed, candidate);
    if (isHeld && compareVersions(newest.version, candidate?.version ?? version) > 0)
      return [{ ...facts, available: newest.version, state: "held" }];
    if (newest === undefined) return [{ ...facts, available: undefined, state: "gone" }];
    if (candidate === undefined || action === undefined) return [];
    const isDown = compareVersions(candidate.version, version) < 0;
    const state = action === "refresh" ? "refresh" : isDown ? "downgrade" : "upgrade";
    return [{ ...facts, available: candidate.version, state }];
  });
}
