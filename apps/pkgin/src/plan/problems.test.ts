import { expect, test } from "vitest";
import { resolverOf, type World } from "../../test/resolver-of.ts";
import { planInstall } from "./plan-install.ts";
import { planUpgrade } from "./plan-upgrade.ts";
import { findProblems } from "./problems.ts";

async function problemsOf(world: World, ...wanted: string[]): Promise<string[]> {
  const resolver = await resolverOf(world);
  const plan = wanted.length > 0 ? planInstall(resolver, wanted) : planUpgrade(resolver);
  return findProblems(resolver, plan).map(({ fullName, chain, alternatives }) =>
    [`${fullName}: ${chain.join(", ")}`, ...alternatives].join(" | "),
  );
}

test("a plan that can be carried out has none", async () => {
  const world = {
    remote: { "app-1.0": { depends: ["lib>=1"], conflicts: ["other-[0-9]*"] }, "lib-1.0": {} },
  };
  expect(await problemsOf(world, "app")).toEqual([]);
});

test("a conflict is told with how one gets there, and what is kept", async () => {
  const world = {
    installed: { "c-1.0": {} },
    remote: {
      "a-1.0": { depends: ["b>=2"] },
      "a-0.9": { depends: ["b<2"] },
      "b-2.1": { conflicts: ["c-[0-9]*"] },
      "b-1.0": {},
    },
  };
  expect(await problemsOf(world, "a")).toEqual([
    "b-2.1: a-1.0 needs b>=2, which conflicts with c-1.0, kept by you | install a-0.9 | remove c-1.0 first",
  ]);
  expect(await problemsOf(world, "b")).toEqual([
    "b-2.1: b-2.1 conflicts with c-1.0, kept by you | install b-1.0 | remove c-1.0 first",
  ]);
});

test("a conflict with something that is needed, or comes in as well", async () => {
  const installed = { "c-1.0": { automatic: true }, "user-1.0": { depends: ["c-[0-9]*"] } } as const;
  const remote = { "b-1.0": { conflicts: ["c-[0-9]*", "d-[0-9]*"] }, "d-1.0": {} };
  expect(await problemsOf({ installed, remote }, "b", "d")).toEqual([
    "b-1.0: b-1.0 conflicts with c-1.0, which user-1.0 needs | remove c-1.0 first",
    "b-1.0: b-1.0 conflicts with d-1.0, which comes in as well",
  ]);
});

test("a dependency that cannot be had is told with its reason", async () => {
  const remote = {
    "app-1.0": { depends: ["mid-[0-9]*"] },
    "app-0.9": { depends: ["mid-[0-9]*", "gone-[0-9]*"] },
    "mid-1.0": { depends: ["gone>=1", "held>=2", "unsized-[0-9]*", "lib<2"] },
    "top-1.0": { depends: ["lib>=2"] },
    "held-2.0": {},
    "unsized-1.0": { size: 0 },
    "lib-1.0": {},
    "lib-2.0": {},
  };
  expect(await problemsOf({ remote, preferred: "held<2" }, "top", "app")).toEqual([
    "mid-1.0: app-1.0 needs mid-[0-9]*, which needs gone>=1, which no repository has",
    "mid-1.0: app-1.0 needs mid-[0-9]*, which needs held>=2, which held<2 in preferred.conf excludes",
    "mid-1.0: app-1.0 needs mid-[0-9]*, which needs unsized-[0-9]*, which cannot be installed, as the size of its file is not known",
    "mid-1.0: app-1.0 needs mid-[0-9]*, which needs lib<2, but there will be lib-2.0",
  ]);
});

test("installed packages that lose what they need are told", async () => {
  const world = {
    installed: {
      "lib-1.0": { conflicts: ["app-[0-9]*"] },
      "old-1.0": { depends: ["lib<2"] },
      "tool-1.0": { conflicts: ["lib>=2"] },
      "user-1.0": { depends: ["tool-[0-9]*"] },
    },
    remote: { "lib-2.0": {} },
  };
  expect(await problemsOf(world)).toEqual([
    "old-1.0: old-1.0 needs lib<2, but lib-2.0 takes its place | hold lib",
    "user-1.0: user-1.0 needs tool-[0-9]*, but tool-1.0 makes way for lib-2.0",
  ]);
});
