import { expect, test } from "vitest";
import { resolverOf } from "../../test/resolver-of.ts";
import type { Plan } from "./plan.ts";
import { planCoreTools } from "./plan-core-tools.ts";
import { planInstall } from "./plan-install.ts";
import { planAutoremove, planRemoval } from "./plan-removal.ts";
import { planUpgrade } from "./plan-upgrade.ts";

/** A plan in words: what goes, then what comes, in their order; kept packages have a star. */
function words({ incoming, outgoing, keeping = [] }: Plan): string[] {
  return [
    ...outgoing.map(({ installed, reason }) => `${reason} ${installed.fullName}`),
    ...incoming.map(({ action, remote, keep }) => `${action} ${remote.fullName}${keep ? "*" : ""}`),
    ...keeping.map(({ fullName }) => `keep ${fullName}`),
  ];
}

const REBUILT = { built: "2026-02-02 00:00:00 +0000" };

test("an installation takes the highest versions, dependencies first", async () => {
  const resolver = await resolverOf({
    remote: {
      "app-1.0": { depends: ["lib>=1<3", "{tool,other}-[0-9]*"] },
      "app-1.0nb2": { depends: ["lib>=1<3", "{tool,other}-[0-9]*"] },
      "lib-1.0": {},
      "lib-2.5rc1": {},
      "lib-3.0": {},
      "other-0.1": { depends: ["lib-[0-9]*"] },
    },
  });
  expect(words(planInstall(resolver, ["app"]))).toEqual([
    "install lib-2.5rc1",
    "install other-0.1",
    "install app-1.0nb2*",
  ]);
  expect(words(planInstall(resolver, ["app-1.0"]))).toContain("install app-1.0*");
});

test("a pattern that leaves the name open is met by the highest version of whatever it matches", async () => {
  const resolver = await resolverOf({
    remote: { "lib-1.9": {}, "lib-1.10nb1": {}, "lib-1.10-tools-3": {}, "library-9": {}, "other-1.10": {} },
  });
  const best = (pattern: string) => resolver.best(pattern)?.fullName;
  expect(best("lib-1.*")).toBe("lib-1.10-tools-3");
  expect(best("lib-1.10{,nb*}")).toBe("lib-1.10nb1");
  expect(best("lib*-[0-9]")).toBe("library-9");
  expect(best("*er-1.10")).toBe("other-1.10");
  expect(best("lib-1.9")).toBe("lib-1.9");
  expect(best("[")).toBeUndefined();
});

test("what is not there is named, and what preferred.conf excludes with its rule", async () => {
  const resolver = await resolverOf({
    remote: { "hello-2.0": {}, "hello-1.0": {}, "old-1.0": {}, "unsized-1.0": { size: 0 } },
    preferred: "hello<2\nold>=2\n",
  });
  const plan = planInstall(resolver, ["hello", "old", "gone", "unsized", "broken{"]);
  expect(words(plan)).toEqual(["install hello-1.0*"]);
  expect(plan.unavailable).toEqual([
    { argument: "old", preferred: "old>=2" },
    { argument: "gone", preferred: undefined },
    { argument: "unsized", preferred: undefined },
    { argument: "broken{", preferred: undefined },
  ]);
});

test("installing brings outdated dependencies and what depends on them up to date, keep flags unchanged", async () => {
  const resolver = await resolverOf({
    installed: {
      "lib-1.0": { automatic: true },
      "user-1.0": { depends: ["lib-[0-9]*"] },
      "far-1.0": { depends: ["user-[0-9]*"], automatic: true },
      "apart-1.0": {},
      "current-1.0": { automatic: true },
    },
    remote: {
      "app-1.0": { depends: ["lib>=1", "current-[0-9]*"] },
      "lib-1.1": {},
      "user-1.0": { depends: ["lib-[0-9]*"], ...REBUILT },
      "far-2.0": { depends: ["user-[0-9]*"] },
      "apart-2.0": {},
      "current-1.0": {},
    },
  });
  // A refresh draws nothing further in, and what is apart stays.
  expect(words(planInstall(resolver, ["app"]))).toEqual([
    "upgrade lib-1.1",
    "install app-1.0*",
    "refresh user-1.0*",
  ]);
  expect(words(planInstall(resolver, ["current"]))).toEqual([]);
});

test("an upgrade keeps to the path that a package was built from, downwards too, and leaves what is gone alone", async () => {
  const resolver = await resolverOf({
    installed: {
      "php-8.1": { path: "lang/php81" },
      "down-2.0": {},
      "gone-1.0": {},
      "same-1.0": { automatic: true },
    },
    remote: {
      "php-8.2": { path: "lang/php82" },
      "php-8.1nb1": { path: "lang/php81", depends: ["new-[0-9]*"] },
      "down-1.9": {},
      "same-1.0": {},
      "new-1.0": {},
    },
  });
  expect(words(planUpgrade(resolver))).toEqual([
    "install new-1.0",
    "upgrade php-8.1nb1*",
    "upgrade down-1.9*",
  ]);
});

test("an upgrade of some leaves the others, but for what depends on them", async () => {
  const resolver = await resolverOf({
    installed: { "lib-1.0": {}, "user-1.0": { depends: ["lib-[0-9]*"] }, "apart-1.0": {} },
    remote: { "lib-2.0": {}, "user-1.1": { depends: ["lib-[0-9]*"] }, "apart-2.0": {} },
  });
  const only = resolver.allInstalled().filter(({ name }) => name === "lib");
  expect(words(planUpgrade(resolver, only))).toEqual(["upgrade lib-2.0*", "upgrade user-1.1*"]);
});

test("of several repositories the highest version counts, and of one version the first repository", async () => {
  const resolver = await resolverOf({
    remote: [
      { "hello-1.0": { depends: ["first-[0-9]*"] }, "first-1.0": {} },
      { "hello-1.0": {}, "hello-0.9": {}, "tool-2.0": {} },
      { "tool-2.1": {} },
    ],
  });
  const plan = planInstall(resolver, ["hello", "tool"]);
  expect(plan.incoming.map(({ remote }) => [remote.fullName, remote.repository])).toEqual([
    ["first-1.0", "http://0.example"],
    ["tool-2.1", "http://2.example"],
    ["hello-1.0", "http://0.example"],
  ]);
});

test("what is superseded goes, and its successor comes once, wanted as it was", async () => {
  const resolver = await resolverOf({
    installed: { "old-1.0": { automatic: true }, "older-1.0": {}, "oldest-1.0": { automatic: true } },
    remote: {
      "new-2.0": { supersedes: ["old<=1", "older<=1"], depends: ["lib-[0-9]*"] },
      "newer-1.0": { supersedes: ["oldest<=1"], size: 0 },
      "lib-1.0": {},
    },
  });
  expect(words(planUpgrade(resolver))).toEqual([
    "superseded old-1.0",
    "superseded older-1.0",
    "install lib-1.0",
    "install new-2.0*",
  ]);
});

test("a successor that is there already is wanted from now on, and two that supersede each other do not both go", async () => {
  const resolver = await resolverOf({
    installed: { "a-1.0": {}, "b-1.0": { automatic: true } },
    remote: { "a-1.0": { supersedes: ["b<=1"] }, "b-1.0": { supersedes: ["a<=1"] } },
  });
  const plan = words(planUpgrade(resolver));
  expect(plan).toHaveLength(plan.includes("superseded a-1.0") ? 2 : 1);
  expect(plan.filter((word) => word.startsWith("superseded"))).toHaveLength(1);
  const clear = await resolverOf({
    installed: { "old-1.0": {}, "new-1.0": { automatic: true } },
    remote: { "new-1.0": { supersedes: ["old<=1"] } },
  });
  expect(words(planUpgrade(clear))).toEqual(["superseded old-1.0", "keep new-1.0"]);
});

test("everything installed that declares a conflict makes way, unless it is replaced itself", async () => {
  const resolver = await resolverOf({
    installed: {
      "one-1.0": { conflicts: ["app-[0-9]*"] },
      "two-1.0": { conflicts: ["ap*>=1", "{lib,app}-[0-9]*"] },
      "three-1.0": { conflicts: ["app-[0-9]*"] },
    },
    remote: { "app-1.0": { depends: ["lib-[0-9]*", "three>=2"] }, "lib-1.0": {}, "three-2.0": {} },
  });
  const plan = planInstall(resolver, ["app"]);
  expect(plan.outgoing.map(({ installed, causes }) => [installed.name, causes])).toEqual([
    ["two", ["lib-1.0", "app-1.0"]],
    ["one", ["app-1.0"]],
  ]);
});

test("on every way to what is removed, what needs something goes before it", async () => {
  const resolver = await resolverOf({
    installed: {
      "base-1.0": { automatic: true },
      "left-1.0": { depends: ["base-[0-9]*"], automatic: true },
      "right-1.0": { depends: ["left-[0-9]*", "base-[0-9]*"], automatic: true },
      "top-1.0": { depends: ["base-[0-9]*", "right-[0-9]*", "left-[0-9]*"], automatic: true },
      "kept-1.0": { depends: ["solo-[0-9]*"] },
      "solo-1.0": { automatic: true },
      "preserved-1.0": { automatic: true },
    },
  });
  const names = (packages: readonly { name: string }[]) => packages.map(({ name }) => name);
  const base = resolver.allInstalled().filter(({ name }) => name === "base");
  expect(names(planRemoval(resolver, base))).toEqual(["top", "right", "left", "base"]);
  expect(names(planAutoremove(resolver, ({ name }) => name === "preserved"))).toEqual([
    "top",
    "right",
    "left",
    "base",
  ]);
});

test("cycles end, in every kind of plan", async () => {
  const ring = {
    "a-2.0": { depends: ["{b,none}-[0-9]*"] },
    "b-2.0": { depends: ["c>=1"] },
    "c-2.0": { depends: ["a-[0-9]*", "c-[0-9]*"] },
  };
  const old = {
    "a-1.0": { depends: ["b-[0-9]*"] },
    "b-1.0": { depends: ["c>=1"], automatic: true },
    "c-1.0": { depends: ["a-[0-9]*"], automatic: true },
  } as const;
  const names = ["a-2.0", "b-2.0", "c-2.0"];
  const sorted = (plan: Plan) => plan.incoming.map(({ remote }) => remote.fullName).toSorted();
  expect(sorted(planInstall(await resolverOf({ remote: ring }), ["a"]))).toEqual(names);
  const resolver = await resolverOf({ installed: old, remote: ring });
  expect(sorted(planUpgrade(resolver))).toEqual(names);
  expect(planRemoval(resolver, resolver.allInstalled().slice(0, 1))).toHaveLength(3);
  expect(planAutoremove(resolver, () => false)).toEqual([]);
});

test("package tools are brought up to date by themselves, and their keep flags stay", async () => {
  const installed = {
    "pkgin-26.1.0": { automatic: true, depends: ["libgreet-[0-9]*"] },
    "pkg_install-20260101": {},
    "libgreet-1.0": { automatic: true },
    "other-1.0": {},
  } as const;
  const remote = {
    "pkgin-26.2.0": { depends: ["libgreet-[0-9]*"] },
    "pkg_install-20260101": REBUILT,
    "libgreet-1.0": REBUILT,
    "other-2.0": {},
  };
  const plan = planCoreTools(await resolverOf({ installed, remote }));
  expect(plan && words(plan)).toEqual(["refresh libgreet-1.0", "upgrade pkgin-26.2.0"]);
  const { "pkgin-26.2.0": _, ...rest } = remote;
  expect(planCoreTools(await resolverOf({ installed, remote: rest }))).toBeUndefined();
});
