import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Run, runPkgin, temporaryDirectory } from "./run-pkgin.ts";
import { type Scene, setScene } from "./scene.ts";
import { type StandInTools, standInTools } from "./stand-in-tools.ts";

const LIBRARY = { pkgname: "libgreet-1.0", files: { "share/greeting": "Hello\n" } };
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"] };
const WEBBY = { pkgname: "webby-0.3nb2", depends: ["hello-[0-9]*"] };
const REBUILT = { BUILD_DATE: "2026-06-01 00:00:00 +0000" };

/** A scene on which all is done by one of the two. */
interface Stage {
  readonly scene: Scene;
  readonly tools: StandInTools;
  pkgin(...args: string[]): Promise<Run>;
}

/** What a backend left behind: every package with its keep flag and what needs it, and the files below the prefix. */
function endState({ prefix }: Scene): unknown {
  const pkgdb = join(prefix, "pkgdb");
  const names = existsSync(pkgdb) ? readdirSync(pkgdb).filter((name) => /-\d/.test(name)) : [];
  const read = (name: string, file: string) => {
    const path = join(pkgdb, name, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  return {
    packages: names.map((name) => [
      name,
      read(name, "+INSTALLED_INFO"),
      read(name, "+REQUIRED_BY"),
      /BUILD_DATE=.*/.exec(read(name, "+BUILD_INFO"))?.[0],
    ]),
    files: readdirSync(prefix, { recursive: true })
      .map(String)
      .filter((path) => /^(?:bin|share)/.test(path)),
  };
}

async function onStage(backend: "native" | "tools"): Promise<Stage> {
  const scene = await setScene();
  const tools = standInTools();
  const pkgin = (...args: string[]) =>
    scene.pkgin(["--backend", backend, ...args], { env: tools.environment });
  return { scene, tools, pkgin };
}

/** What can be seen of a run, without what differs from one scene to the next. */
function shown({ scene }: Stage, run: Run): Run {
  const clean = (text: string) =>
    text
      .replaceAll(scene.prefix, "PREFIX")
      .replaceAll(scene.directory, "DIRECTORY")
      .replaceAll(scene.server.url, "URL")
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, "DATE")
      // The files are larger where the prefix is longer.
      .replace(/^[\d.]+[BKM] to download/m, "SIZE to download");
  return { status: run.status, stdout: clean(run.stdout), stderr: clean(run.stderr) };
}

type Scenario = (stage: Stage, see: (run: Promise<Run>) => Promise<void>) => Promise<void>;

const scenarios: Readonly<Record<string, Scenario>> = {
  "packages come, are listed, kept and unkept, and go": async ({ scene, pkgin }, see) => {
    await scene.publish([LIBRARY, HELLO, WEBBY]);
    await see(pkgin("-y", "install", "webby"));
    await see(pkgin("keep", "libgreet"));
    await see(pkgin("unkeep", "libgreet", "webby"));
    await see(pkgin("keep", "hello"));
    await see(pkgin("-y", "autoremove"));
    await see(pkgin("-y", "remove", "libgreet"));
  },
  "an upgrade takes newer versions and builds, and keep flags stay": async ({ scene, pkgin }, see) => {
    await scene.publish([LIBRARY, HELLO, WEBBY]);
    await see(pkgin("-y", "install", "webby"));
    await scene.publish([
      { ...LIBRARY, pkgname: "libgreet-1.1" },
      { ...HELLO, buildInfo: REBUILT },
      { pkgname: "webby-0.4", depends: ["hello-[0-9]*", "extra-[0-9]*"] },
      { pkgname: "extra-1.0" },
    ]);
    await see(pkgin("-f", "-y", "upgrade"));
    await see(pkgin("-y", "upgrade"));
  },
  "what declares a conflict makes way, and what has a new name is replaced": async (
    { scene, pkgin },
    see,
  ) => {
    await scene.publish([{ ...HELLO, conflicts: ["gnuhello-[0-9]*"] }, LIBRARY, { pkgname: "oldtool-1.0" }]);
    await see(pkgin("-y", "install", "hello", "oldtool"));
    await scene.publish([
      { pkgname: "gnuhello-2.0" },
      { pkgname: "newtool-1.0", buildInfo: { SUPERSEDES: "oldtool<=1.0" } },
    ]);
    await see(pkgin("-f", "-y", "install", "gnuhello"));
    await see(pkgin("-y", "upgrade"));
  },
  "what cannot be installed is told, and the others are": async ({ scene, pkgin }, see) => {
    await scene.publish([LIBRARY, { pkgname: "thief-1.0", files: { "share/greeting": "" } }, HELLO]);
    await see(pkgin("-y", "install", "libgreet"));
    await see(pkgin("-y", "install", "thief", "hello"));
  },
  "with --atomic what came before one that cannot be installed goes again": async ({ scene, pkgin }, see) => {
    const thief = { pkgname: "thief-1.0", depends: ["hello-[0-9]*"], files: { "share/greeting": "" } };
    await scene.publish([LIBRARY, thief, HELLO]);
    await see(pkgin("-y", "--atomic", "install", "thief"));
    await see(pkgin("history", "1"));
    await see(pkgin("-y", "install", "hello"));
    await see(pkgin("-y", "--atomic", "remove", "libgreet"));
  },
  "what was exported comes by import, and goes by undo": async ({ scene, pkgin }, see) => {
    await scene.publish([LIBRARY, HELLO, WEBBY]);
    const list = join(scene.directory, "list");
    writeFileSync(list, "# wanted\nwebby\nnothing\n");
    await see(pkgin("-y", "import", list));
    await see(pkgin("export"));
    await see(pkgin("-y", "undo"));
    await see(pkgin("-y", "undo", "1"));
    await see(pkgin("-y", "undo"));
  },
  "packages are described where they are": async ({ scene, pkgin }, see) => {
    await scene.publish([LIBRARY]);
    await see(pkgin("pkg-content", "libgreet"));
    await see(pkgin("pkg-build-defs", "libgreet"));
  },
};

test.each(Object.entries(scenarios))("on both backends alike: %s", async (_, scenario) => {
  const transcripts = await Promise.all(
    (["native", "tools"] as const).map(async (backend) => {
      const stage = await onStage(backend);
      const runs: Run[] = [];
      await scenario(stage, async (run) => void runs.push(shown(stage, await run)));
      return { runs, state: endState(stage.scene), calls: stage.tools.calls().length };
    }),
  );
  const [native, tools] = transcripts;
  expect(tools?.runs).toEqual(native?.runs);
  expect(tools?.state).toEqual(native?.state);
  expect([native?.calls, (tools?.calls ?? 0) > 0]).toEqual([0, true]);
});

test("the tools are called with the command lines that they are known by, and without PKG_PATH", async () => {
  const { scene, tools, pkgin } = await onStage("tools");
  const cached = (name: string) => join(scene.prefix, "var/db/pkgin/cache", `${name}.tgz`);
  await scene.publish([LIBRARY, HELLO]);
  await pkgin("update");
  expect(tools.calls()).toEqual([["pkg_admin", "config-var", "PKG_DBDIR"]]);
  await pkgin("-y", "install", "hello");
  expect(tools.calls()).toEqual([
    ["pkg_admin", "config-var", "PKG_DBDIR"],
    ["pkg_add", "-ADU", cached("libgreet-1.0")],
    ["pkg_add", "-DU", cached("hello-1.0")],
    ["pkg_admin", "rebuild-tree"],
    ["pkg_info", "-Xa"],
  ]);
  await pkgin("-y", "remove", "libgreet");
  expect(tools.calls()).toEqual([
    ["pkg_admin", "config-var", "PKG_DBDIR"],
    ["pkg_delete", "-f", "hello-1.0"],
    ["pkg_delete", "-f", "libgreet-1.0"],
    ["pkg_admin", "rebuild-tree"],
    ["pkg_info", "-Xa"],
  ]);
  await pkgin("-V", "-y", "install", "libgreet");
  expect(tools.calls().slice(1, 3)).toEqual([
    ["pkg_info", "-Q", "BUILD_DATE", cached("libgreet-1.0")],
    ["pkg_add", "-DUv", cached("libgreet-1.0")],
  ]);
  expect(
    await scene.pkgin(["--backend", "tools", "-f", "list"], {
      env: { ...tools.environment, TOOL_FAILS: "pkg_info -Xa" },
    }),
  ).toMatchObject({
    status: 1,
    stderr: "pkgin: pkg_info -Xa failed; what was known of the installed packages stays as it was\n",
  });
  tools.calls();
  expect((await pkgin("list")).stdout).toBe("libgreet-1.0         Sample package libgreet\n");
  tools.calls();
  await pkgin("pkg-content", "hello");
  expect(tools.calls()[1]).toEqual(["pkg_info", "-L", `${scene.server.url}/hello-1.0.tgz`]);
});

test("without a prefix of one's own the tools are used where they are there", async () => {
  const home = join(temporaryDirectory(), "pkgin");
  const pkgdb = temporaryDirectory();
  const scene = await setScene([LIBRARY]);
  const tools = standInTools();
  const common = { PKGIN_DBDIR: home, PKG_DBDIR: pkgdb, PKG_REPOS: scene.server.url };
  const list = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    runPkgin([...args, "search", "greet"], { env: { ...common, ...tools.environment, ...env } });
  const isAsked = () => tools.calls().length > 0;
  expect([(await list({})).status, isAsked()]).toEqual([0, true]);
  const onPath = { PKG_INSTALL_DIR: undefined, PATH: `/nonexistent:${tools.directory}:/bin:/usr/bin` };
  expect([(await list(onPath)).status, isAsked()]).toEqual([0, true]);
  expect([(await list({}, "--backend", "native")).status, isAsked()]).toEqual([0, false]);
  const nowhere = { PKG_INSTALL_DIR: undefined, PATH: "/nonexistent" };
  expect([(await list(nowhere)).status, isAsked()]).toEqual([0, false]);
  expect(await list(nowhere, "--backend", "tools")).toMatchObject({
    status: 1,
    stderr: "pkgin: --backend tools: pkg_add was found neither in PKG_INSTALL_DIR nor on the PATH\n",
  });
});

test("tools that are not there, or do not tell where packages are recorded, end the run", async () => {
  const directory = temporaryDirectory();
  const env = { PKG_INSTALL_DIR: directory, PKGIN_DBDIR: join(temporaryDirectory(), "pkgin") };
  expect(await runPkgin(["list"], { env })).toEqual({
    status: 1,
    stdout: "",
    stderr: `pkgin: Cannot execute ${directory}/pkg_admin: No such file or directory\n`,
  });
  writeFileSync(join(directory, "pkg_admin"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  expect((await runPkgin(["list"], { env })).stderr).toBe("pkgin: Could not determine PKG_DBDIR\n");
});
