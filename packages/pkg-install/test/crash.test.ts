import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { install, installedPackages, ownerOf, recover, type Recovery, remove } from "../src/index.ts";
import { arriving, makePackage, type TestPackage } from "./make-package.ts";
import { treeOf } from "./tree.ts";

/** How many runs go on at the same time; each is a process. */
const AT_ONCE = 3;
/** With CRASH_TEST=all there is a kill in front of each call, and there are very many at random moments. */
const isThorough = process.env["CRASH_TEST"] === "all";
/** Kills in front of calls for each action, evenly spread over all of them; and in front of each of the last, which commit. */
const MOST_CALLS = isThorough ? Infinity : 7;
const LAST_CALLS = 12;
/** The same for the recovery from a kill, the last call among them. */
const MOST_CALLS_AGAIN = isThorough ? Infinity : 3;
/** Kills at random moments for each action. */
const RANDOM_KILLS = isThorough ? 200 : 3;
/** For all the kills of an action, in milliseconds. */
const TIMEOUT = isThorough ? 3_600_000 : 60_000;

const child = fileURLToPath(new URL("crash-child.mjs", import.meta.url));
const actions = ["install", "replace", "remove"] as const;
type Action = (typeof actions)[number];

let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "crash-"));
  const base = await makePackage({
    pkgname: "base-1.0",
    files: { "lib/base": "base" },
    pkgdirs: ["share/app"],
  });
  writeFileSync(join(root, "app-1.0.tgz"), await makePackage(app("1.0")));
  writeFileSync(
    join(root, "app-2.0.tgz"),
    await makePackage(app("2.0", { "share/app/new": "new", "share/two/file": "2" })),
  );
  await install(arriving(base), optionsFor(join(root, "install")));
  cpSync(join(root, "install"), join(root, "replace"), { recursive: true });
  await install(arriving(await makePackage(app("1.0"))), optionsFor(join(root, "replace")));
  cpSync(join(root, "replace"), join(root, "remove"), { recursive: true });
});

afterAll(() => rmSync(root, { recursive: true }));

describe.each(actions)("%s, killed", { timeout: TIMEOUT }, (action) => {
  let before: Tree;
  let after: Tree;
  let calls: number;
  let duration: number;

  beforeAll(async () => {
    before = treeOf(join(root, action));
    const whole = await run(action, "whole", {});
    ({ tree: after, calls, duration } = whole);
  });

  test("nowhere, changes something", () => {
    expect(difference(after, before)).not.toEqual([]);
  });

  test("in front of calls that change the file system, is as before or as after when recovered", async () => {
    expect(calls).toBeGreaterThan(20);
    const spread = Math.min(calls, MOST_CALLS);
    const places = new Set([
      ...Array.from({ length: spread }, (_, index) => 1 + Math.floor((index * calls) / spread)),
      ...Array.from({ length: LAST_CALLS }, (_, index) => calls - index),
    ]);
    const outcomes = await gather(places.size, (index) => {
      const killAt = [...places][index] ?? 1;
      return run(action, `call-${killAt}`, { killAt });
    });
    expect(outcomes.flatMap(differences)).toEqual([]);
    expect(new Set(outcomes.map(({ recovery }) => recovery?.outcome))).toEqual(
      new Set([undefined, "rolled-back", "completed"]),
    );
  });

  test("at random moments, is as before or as after when recovered", async () => {
    const outcomes = await gather(RANDOM_KILLS, (index) =>
      run(action, `random-${index}`, { killAfter: Math.random() * duration }),
    );
    expect(outcomes.flatMap(differences)).toEqual([]);
  });

  test("and killed again in front of calls of the recovery, is as before when recovered", async () => {
    // Late, but before what was kept is removed.
    const killAt = Math.floor(calls * 0.6);
    const { place } = await perform(action, "recovered", { killAt });
    const whole = await runChild({ action: "recover", options: optionsFor(place) }, {});
    expect(whole.calls).toBeGreaterThan(10);
    const spread = Math.min(whole.calls, MOST_CALLS_AGAIN);
    const outcomes = await gather(spread, async (index) => {
      const again = await perform(action, `again-${index}`, { killAt });
      const order = { action: "recover", options: optionsFor(again.place) };
      await runChild(order, { killAt: whole.calls - Math.floor((index * whole.calls) / spread) });
      return conclude(again);
    });
    expect(outcomes.flatMap(({ tree }) => difference(tree, before))).toEqual([]);
  });

  test("half way through, is put right by the next change, which says so", async () => {
    const { place } = await perform(action, "next", { killAt: Math.floor(calls / 2) });
    const warnings: string[] = [];
    const onWarning = (message: string): unknown => warnings.push(message);
    await install(arriving(await makePackage({ pkgname: "next-1.0", files: {} })), {
      ...optionsFor(place),
      onWarning,
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the \w+ of app-[12]\.0 had been cut off: everything was put back as it was before$/,
      ),
    ]);
    await remove("next-1.0", optionsFor(place));
    expect(difference(treeOf(place), before)).toEqual([]);
  });

  function differences({ tree, recovery }: Outcome): readonly string[] {
    const likeBefore = difference(tree, before);
    const likeAfter = difference(tree, after);
    if (recovery?.outcome === "rolled-back") return likeBefore;
    if (recovery?.outcome === "completed") return likeAfter;
    return likeBefore.length === 0 ? likeBefore : likeAfter;
  }
});

/** The paths at which two trees are not the same. */
function difference(found: Tree, expected: Tree): readonly string[] {
  const paths = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...paths].filter((path) => found[path] !== expected[path]);
}

type Tree = Readonly<Record<string, string>>;

interface Outcome {
  readonly tree: Tree;
  readonly recovery: Recovery | undefined;
  readonly calls: number;
  /** From the start of the action to its end, in milliseconds. */
  readonly duration: number;
}

interface Kill {
  /** The number of the call in front of which it happens. */
  readonly killAt?: number;
  /** How long after the start it happens, in milliseconds. */
  readonly killAfter?: number;
}

async function run(action: Action, name: string, kill: Kill): Promise<Outcome> {
  return conclude(await perform(action, name, kill));
}

/** Recovers, and tells what there is then. */
async function conclude({ place, calls, duration }: Performance): Promise<Outcome> {
  const recovery = await recover(optionsFor(place).pkgdb, { environment: process.env });
  expectAgreement(place);
  const tree = treeOf(place);
  rmSync(place, { recursive: true });
  return { tree, recovery, calls, duration };
}

interface Performance {
  readonly place: string;
  readonly calls: number;
  readonly duration: number;
}

/** Does it in a process of its own and in a directory of that name, and kills that process. */
async function perform(action: Action, name: string, kill: Kill): Promise<Performance> {
  const place = join(root, `${action}-${name}`);
  cpSync(join(root, action), place, { recursive: true, verbatimSymlinks: true });
  const file = join(root, action === "install" ? "app-1.0.tgz" : "app-2.0.tgz");
  return { place, ...(await runChild({ action, options: optionsFor(place), file, old: "app-1.0" }, kill)) };
}

async function runChild(
  order: object,
  { killAt, killAfter }: Kill,
): Promise<Pick<Performance, "calls" | "duration">> {
  const said: string[] = [];
  const started = spawn(process.execPath, [child, JSON.stringify({ ...order, killAt })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(started, "close");
  started.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text));
  await Promise.race([once(started.stdout, "data"), ended]);
  const start = performance.now();
  if (killAfter !== undefined)
    await Promise.race([delay(killAfter), ended]).then(() => started.kill("SIGKILL"));
  await ended;
  return { calls: Number(said.join("").split("\n")[1]), duration: performance.now() - start };
}

/** Each file of an installed package is there and is the package's in the database. */
function expectAgreement(place: string): void {
  const { pkgdb, destdir } = optionsFor(place);
  for (const { name, files } of installedPackages(pkgdb)) {
    for (const path of files) {
      expect(ownerOf(pkgdb, path)).toBe(name);
      expect(treeOf(destdir)).toHaveProperty([path.slice(1)]);
    }
  }
}

async function gather(count: number, task: (index: number) => Promise<Outcome>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      outcomes[index] = await task(index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

function optionsFor(place: string): { pkgdb: string; destdir: string } {
  return { pkgdb: join(place, "pkgdb"), destdir: place };
}

/** Its scripts and commands put something into the prefix that their opposites take away. */
function app(version: string, more: Readonly<Record<string, string>> = {}): TestPackage {
  return {
    pkgname: `app-${version}`,
    depends: ["base>=1"],
    pkgdirs: ["share/app"],
    files: { "bin/app": `app ${version}`, "lib/app.so": "-> app.so.1", "lib/app.so.1": "same", ...more },
    install: `#!/bin/sh
[ "$2" = POST-INSTALL ] && echo ${version} > "$PKG_DESTDIR$PKG_PREFIX/state"
exit 0
`,
    deinstall: `#!/bin/sh
[ "$2" = DEINSTALL ] && rm -f "$PKG_DESTDIR$PKG_PREFIX/state"
exit 0
`,
    exec: [`echo ${version} > cache`],
    unexec: ["rm -f cache"],
  };
}
