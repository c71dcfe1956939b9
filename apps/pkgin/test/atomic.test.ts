import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SamplePackage } from "sample-repository";
import { expect, test } from "vitest";
import { readHistory } from "../src/transaction/history.ts";
import type { Run } from "./run-pkgin.ts";
import { type Scene, setScene } from "./scene.ts";
import { type StandInTools, standInTools } from "./stand-in-tools.ts";
import { type StartedPkgin, startPkgin } from "./started-pkgin.ts";

const BACKENDS = ["native", "tools"] as const;
/** After how many lines in the history an upgrade is killed; with the tools it all takes longer. */
const MOMENTS = { native: [1, 2, 4, 7], tools: [3, 6] } as const;

interface Stage {
  readonly scene: Scene;
  readonly tools: StandInTools;
  pkgin(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run>;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): StartedPkgin;
}

async function onStage(backend: (typeof BACKENDS)[number]): Promise<Stage> {
  const scene = await setScene();
  const tools = standInTools();
  const own = ["--backend", backend];
  return {
    scene,
    tools,
    pkgin: (args, env) => scene.pkgin([...own, ...args], { env: { ...tools.environment, ...env } }),
    start: (args, env) => startPkgin(scene, [...own, ...args], { ...tools.environment, ...env }),
  };
}

/** Every package with its flag and who needs it, and every file below the prefix with what is in it. */
function stateOf({ prefix }: Scene): unknown {
  const pkgdb = join(prefix, "pkgdb");
  const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
  const packages = readdirSync(pkgdb)
    .filter((name) => existsSync(join(pkgdb, name, "+CONTENTS")))
    .map((name) => ({
      name,
      automatic: read(join(pkgdb, name, "+INSTALLED_INFO")).includes("automatic=yes"),
      built: /BUILD_DATE=.*/.exec(read(join(pkgdb, name, "+BUILD_INFO")))?.[0],
      neededBy: read(join(pkgdb, name, "+REQUIRED_BY"))
        .split("\n")
        .toSorted(),
    }));
  const files = readdirSync(join(prefix, "share"), { recursive: true })
    .map((name) => join(prefix, "share", String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, read(path)]);
  return { packages, files: files.toSorted() };
}

const historyOf = ({ prefix }: Scene): string => join(prefix, "var/db/pkgin/history");
const saved = ({ prefix }: Scene): string => join(prefix, "var/db/pkgin/keepsakes");

async function outcomes(scene: Scene): Promise<readonly string[]> {
  const record = (await readHistory(historyOf(scene))).at(-1);
  return [record?.status ?? "", ...(record?.changes ?? []).map(({ outcome }) => outcome).toSorted()];
}

/** A file that goes from one package to another, a dependency that fits only one version, and another build. */
const OLD: readonly SamplePackage[] = [
  { pkgname: "lib-1.0", files: { "share/lib": "1" } },
  {
    pkgname: "app-1.0",
    depends: ["lib>=1<2", "heir-[0-9]*"],
    files: { "share/app": "1", "share/moved": "1" },
  },
  { pkgname: "built-1.0", files: { "share/built": "1" } },
  { pkgname: "oldtool-1.0", files: { "share/tool": "1" } },
  { pkgname: "elder-1.0" },
  { pkgname: "heir-1.0" },
];
const NEW: readonly SamplePackage[] = [
  { pkgname: "lib-2.0", files: { "share/lib": "2" } },
  { pkgname: "app-2.0", depends: ["lib>=2<3", "extra-[0-9]*", "heir-[0-9]*"], files: { "share/app": "2" } },
  { pkgname: "extra-1.0", files: { "share/extra": "2" } },
  {
    pkgname: "built-1.0",
    buildInfo: { BUILD_DATE: "2026-06-01 00:00:00 +0000" },
    files: { "share/built": "2" },
  },
  { pkgname: "newtool-1.0", buildInfo: { SUPERSEDES: "oldtool<=1.0" }, files: { "share/tool": "2" } },
  // It is there already, and is wanted in the place of the other from then on.
  { pkgname: "heir-1.0", buildInfo: { SUPERSEDES: "elder<=1.0" } },
];

async function withOldVersions(stage: Stage): Promise<void> {
  await stage.scene.publish(OLD);
  await stage.pkgin(["-y", "install", "app", "built", "elder", "oldtool"]);
  await stage.pkgin(["unkeep", "built"]);
  // With nothing in the cache that it could all be had from again.
  await stage.pkgin(["clean"]);
  expect(readdirSync(join(stage.scene.prefix, "var/db/pkgin/cache"))).toEqual([]);
}

test.each(BACKENDS)("%s: with --atomic one package that fails has all taken back", async (backend) => {
  const stage = await onStage(backend);
  const { scene, pkgin } = stage;
  await withOldVersions(stage);
  const before = stateOf(scene);
  const failing = NEW.map((entry) =>
    entry.pkgname === "app-2.0" ? { ...entry, install: '#!/bin/sh\n[ "$2" != POST-INSTALL ]\n' } : entry,
  );
  await scene.publish(failing);
  const { status, stdout, stderr } = await pkgin(["-fy", "--atomic", "upgrade"], {
    TOOL_BREAKS_AT: "app-2.0",
  });
  expect(status).toBe(1);
  expect(stdout).toMatch(/\[3\/5\] upgrading app-2\.0\.\.\.\npkg_install warnings: 1, errors: [12]\n/);
  expect(stderr).toMatch(/^pkgin: .*app-2\.0.*\npkgin: \d of \d changes were taken back\n$/);
  expect(stateOf(scene)).toEqual(before);
  const [state, ...each] = await outcomes(scene);
  expect(state).toBe("failed");
  expect(each.filter((outcome) => outcome === "restored").length).toBeGreaterThanOrEqual(3);
  expect(each).not.toContain("done");
  expect(existsSync(saved(scene))).toBe(false);
  expect(await pkgin(["-y", "undo"])).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "pkgin: the last transaction, 2: upgrade, has left nothing to undo; name another by its number, which pkgin history shows\n",
  });
  expect(stateOf(scene)).toEqual(before);
  // As if it had been killed when it had put back the last one, and had not noted so yet.
  const lines = readFileSync(historyOf(scene), "utf8").split("\n");
  const isLate = (line: string) => /"id":2,.*(?:"restored"|"ended")/.test(line);
  writeFileSync(historyOf(scene), lines.filter((line) => !isLate(line)).join("\n"));
  expect((await pkgin(["keep", "app"])).status).toBe(0);
  expect(stateOf(scene)).toEqual(before);
  expect(await outcomes(scene)).not.toContain("done");
  // The contract's way is to go on with the others.
  expect((await pkgin(["-y", "upgrade"], { TOOL_BREAKS_AT: "app-2.0" })).status).toBe(1);
  expect(JSON.stringify(stateOf(scene))).toMatch(/app-1\.0.*lib-2\.0.*newtool-1\.0/);
});

test.each(BACKENDS)(
  "%s: what could not be taken back is done, stays saved, and can be undone later",
  async (backend) => {
    const { scene, pkgin } = await onStage(backend);
    const obstacle = join(scene.prefix, "obstacle");
    const lib = { pkgname: "lib-1.0", install: `#!/bin/sh\n[ ! -e ${obstacle} ]\n` };
    await scene.publish([lib, { pkgname: "app-1.0", depends: ["lib-[0-9]*"] }, { pkgname: "other-1.0" }]);
    await pkgin(["-y", "install", "app"]);
    await pkgin(["clean"]);
    const install = '#!/bin/sh\n[ "$2" != POST-INSTALL ]\n';
    const app = { pkgname: "app-2.0", depends: ["lib>=2"], install };
    await scene.publish([{ pkgname: "lib-2.0" }, app, { pkgname: "other-1.0" }]);
    writeFileSync(obstacle, "");
    const failed = await pkgin(["-fy", "--atomic", "upgrade"], { TOOL_BREAKS_AT: "app-2.0" });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("lib-1.0 could not be put back");
    const change = (await pkgin(["history", "2"])).stdout;
    expect(change).toMatch(/lib-1\.0 -> lib-2\.0 \(automatic\) done: lib-1\.0 could not be put back/);
    const file = join(saved(scene), "2/lib-1.0.tgz");
    const reason = "could not be put back when a change had failed, and may be the last there is";
    const line = `pkgin: kept ${file}: ${reason}; why, pkgin history 2 shows\n`;
    expect(await pkgin(["clean"])).toEqual({ status: 0, stdout: "", stderr: line });
    const cleaned = await pkgin(["clean", "--json"]);
    expect(cleaned.stderr).toBe(line);
    expect(JSON.parse(cleaned.stdout)).toEqual([{ fullName: "lib-1.0", transaction: 2, file, reason }]);
    await pkgin(["-y", "install", "other"]);
    expect(readdirSync(join(saved(scene), "2"))).toEqual(["lib-1.0.tgz"]);
    rmSync(obstacle);
    await pkgin(["-y", "undo", "2"]);
    expect((await pkgin(["-p", "list"])).stdout).toMatch(/^app-1\.0;.*\nlib-1\.0;/);
    expect(existsSync(join(saved(scene), "2"))).toBe(false);
  },
);

test("with atomic=yes nothing is changed where a package cannot be fetched, or the old one cannot be saved", async () => {
  const stage = await onStage("native");
  const { scene, pkgin } = stage;
  await withOldVersions(stage);
  const before = stateOf(scene);
  await scene.publish(NEW);
  const settings = join(scene.prefix, "pkgin.conf");
  writeFileSync(settings, "atomic=yes\n");
  rmSync(join(scene.directory, "app-2.0.tgz"));
  expect(await pkgin(["--config", settings, "-fy", "upgrade"])).toMatchObject({
    status: 1,
    stderr:
      `download error: ${scene.server.url}/app-2.0.tgz Not Found\n` +
      "pkgin: nothing was changed, since all is to come or nothing\n",
  });
  expect(stateOf(scene)).toEqual(before);
  await scene.publish(NEW);
  rmSync(join(scene.prefix, "share/app"));
  const { status, stderr } = await pkgin(["--config", settings, "-fy", "upgrade"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^pkgin: app-1\.0 could not be saved before, so it stays; .*\npkgin: 4 of 4 changes were taken back\n$/,
  );
  expect((await pkgin(["show-keep"])).stdout).toMatch(/^app-1\.0 .*\nelder-1\.0 .*\noldtool-1\.0 .*\n$/);
});

test.each(BACKENDS)(
  "%s: an upgrade with --atomic that is interrupted or killed at any moment is taken back or done, at once or at the next start",
  async (backend) => {
    const stage = await onStage(backend);
    const { scene, pkgin, start } = stage;
    await withOldVersions(stage);
    const before = stateOf(scene);
    await scene.publish(NEW);
    await pkgin(["-f", "update"]);
    for (const steps of MOMENTS[backend]) {
      const lines = lineCount(historyOf(scene));
      const killed = start(["-y", "--atomic", "upgrade"]);
      while (lineCount(historyOf(scene)) < lines + steps) await delay(1);
      killed.kill(steps % 2 === 0 ? "SIGTERM" : "SIGKILL");
      const first = await killed.ended;
      const next = await pkgin(["keep", "app"]);
      expect(next.status).toBe(0);
      // On a busy machine the signal may come when all is done already.
      const isDone = (await outcomes(scene))[0] === "done";
      const told = isDone ? "pkgin: taken back\n" : first.stderr + next.stderr;
      if (isDone) await pkgin(["-y", "undo"]);
      expect(told).toMatch(/^pkgin: .*(?:taken back|nothing had been changed)\n/m);
      expect(stateOf(scene)).toEqual(before);
    }
    await pkgin(["-y", "--atomic", "upgrade"]);
    expect(JSON.stringify(stateOf(scene))).toMatch(
      /app-2\.0.*built-1\.0.*extra-1\.0.*heir-1\.0","automatic":false.*lib-2\.0.*newtool-1\.0/,
    );
  },
);

test.each(BACKENDS)(
  "%s: killed at any moment, an upgrade forgets nothing that is wanted",
  async (backend) => {
    const stage = await onStage(backend);
    const { scene, pkgin, start } = stage;
    for (const steps of MOMENTS[backend].slice(1, 3)) {
      await withOldVersions(stage);
      await scene.publish(NEW);
      const lines = lineCount(historyOf(scene));
      const killed = start(["-fy", "upgrade"]);
      while (lineCount(historyOf(scene)) < lines + steps) await delay(1);
      killed.kill("SIGKILL");
      await killed.ended;
      await pkgin(["keep", "app"]);
      const kept = (await pkgin(["show-keep"])).stdout;
      expect(kept).toMatch(
        /^app-[12]\.0 .*\n(?:elder-1\.0 .*\n)?(?:heir-1\.0 .*\n)?(?:newtool|oldtool)-1\.0 .*\n$/,
      );
      expect(kept).toMatch(/elder|heir/);
      expect(await pkgin(["verify"])).toMatchObject({ status: 0 });
      expect((await pkgin(["-y", "upgrade"])).status).toBe(0);
      expect((await pkgin(["show-keep"])).stdout).toMatch(/^app-2\.0 .*\nheir-1\.0 .*\nnewtool-1\.0 .*\n$/);
      await pkgin(["-y", "remove", "lib", "extra", "built", "newtool", "heir"]);
    }
  },
);

function lineCount(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}
