import fc from "fast-check";
import { Random } from "test-support";
import { expect, test } from "vitest";
import { type Packages, resolverOf } from "../../test/resolver-of.ts";
import { AfterPlan } from "./after-plan.ts";
import type { Plan } from "./plan.ts";
import { planInstall } from "./plan-install.ts";
import { planRemoval } from "./plan-removal.ts";
import { planUpgrade } from "./plan-upgrade.ts";
import type { Resolver } from "./resolver.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "pkg_install"];

/** Packages that need, conflict with and replace each other at random. */
function packages(random: Random, versions: readonly string[]): Packages {
  const pattern = () => {
    const name = random.pick(NAMES);
    return random.pick([
      `${name}-[0-9]*`,
      `${name}>=2`,
      `${name}<3`,
      `{${name},${random.pick(NAMES)}}-[0-9]*`,
    ]);
  };
  const some = (probability: number) => NAMES.filter(() => random.chance(probability)).map(pattern);
  const entries = NAMES.flatMap((name) =>
    versions
      .filter(() => random.chance(0.6))
      .map((version) => [
        `${name}-${version}`,
        {
          depends: some(0.25),
          conflicts: some(0.05),
          supersedes: some(0.03),
          built: random.pick(["early", "late"]),
          ...(random.chance(0.5) && { automatic: true as const }),
        },
      ]),
  );
  return Object.fromEntries(entries) as Packages;
}

/** Names the packages that stand before something that they need, and that does not need them in turn. */
function misplaced(resolver: Resolver, { incoming }: Plan): string[] {
  const place = new Map(incoming.map(({ remote }, index) => [remote.name, index]));
  const needs = (name: string): string[] => {
    const remote = incoming[place.get(name) ?? -1]?.remote;
    const found = remote === undefined ? [] : resolver.dependencies(remote).map((each) => each.name);
    return found.filter((each) => place.has(each));
  };
  const reaches = (from: string): Set<string> => {
    const seen = new Set([from]);
    for (const each of seen) for (const next of needs(each)) seen.add(next);
    return seen;
  };
  return [...place].flatMap(([name, index]) =>
    needs(name).filter((each) => (place.get(each) ?? 0) > index && !reaches(each).has(name)),
  );
}

test("whatever the packages are, plans end, name each once, keep their order and lose nothing that is wanted", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = new Random(seed);
      const installed = packages(random, [random.pick(["1", "2"])]);
      const resolver = await resolverOf({ installed, remote: packages(random, ["1", "2", "3"]) });
      for (const plan of [planUpgrade(resolver), planInstall(resolver, ["a", "b>=2", "{c,d}-[0-9]*"])]) {
        const names = [
          ...plan.incoming.map(({ remote }) => remote.name),
          ...plan.outgoing.map((entry) => entry.installed.name),
        ];
        expect(new Set(names).size).toBe(names.length);
        expect(misplaced(resolver, plan)).toEqual([]);
        expect(lost(resolver, plan)).toEqual([]);
      }
      const leaving = planRemoval(resolver, resolver.allInstalled().slice(0, 2));
      expect(new Set(leaving).size).toBe(leaving.length);
    }),
    { numRuns: 25 },
  );
}, 120_000);

/** Names the packages that are kept and would be lost: neither they nor what replaces them would be there, and kept. */
function lost(resolver: Resolver, plan: Plan): string[] {
  const after = new AfterPlan(resolver, plan);
  const keeps = (name: string) =>
    plan.incoming.find(({ remote }) => remote.name === name)?.keep ?? after.named(name) !== undefined;
  const isReplaced = (name: string) =>
    plan.outgoing.some(
      ({ installed, reason, causes }) =>
        installed.name === name && (reason === "conflict" || causes.every((each) => keeps(nameOf(each)))),
    );
  const kept = resolver.allInstalled().filter(({ keep }) => keep);
  return kept.map(({ name }) => name).filter((name) => !keeps(name) && !isReplaced(name));
}

function nameOf(fullName: string): string {
  return fullName.slice(0, fullName.lastIndexOf("-"));
}
