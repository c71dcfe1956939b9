import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHistory } from "../src/transaction/history.ts";
import { installedNames } from "./installed-names.ts";
import { type Scene, setScene } from "./scene.ts";
import { standInTools } from "./stand-in-tools.ts";
import { fileAppears, startPkgin } from "./started-pkgin.ts";

const HELLO = { pkgname: "hello-1.0", files: { "share/hello": "1.0\n" } };
const NEWER = { pkgname: "hello-2.0", files: { "share/hello": "2.0\n" } };

/** The installed packages; those that are wanted only for others are marked. */
function installed(scene: Scene): string[] {
  return installedNames(scene).map((name) => {
    const info = join(scene.prefix, "pkgdb", name, "+INSTALLED_INFO");
    const isAutomatic = existsSync(info) && readFileSync(info, "utf8").includes("automatic=yes");
    return isAutomatic ? `${name} (automatic)` : name;
  });
}

async function lastTransaction({ prefix }: Scene) {
  const record = (await readHistory(join(prefix, "var/db/pkgin/history"))).at(-1);
  return { status: record?.status, outcomes: record?.changes.map(({ outcome }) => outcome) };
}

/** A script that says when it has begun, and waits to be let go on. */
function waitingScript(directory: string, stage: string): string {
  const [begun, go] = [join(directory, "begun"), join(directory, "go")];
  return `#!/bin/sh\n[ "$2" = ${stage} ] || exit 0\ntouch ${begun}\nwhile [ ! -e ${go} ]; do sleep 0.05; done\n`;
}

const FAILING = '#!/bin/sh\n[ "$2" = PRE-INSTALL ] && exit 1\nexit 0\n';

test("what was superseded is put back, and kept, where its successor cannot be installed", async () => {
  const scene = await setScene([{ pkgname: "oldtool-1.0", files: { "share/tool": "old\n" } }]);
  await scene.pkgin(["-y", "install", "oldtool"]);
  // Without the file that it came from, and with a change that its owner has made.
  await scene.pkgin(["clean"]);
  writeFileSync(join(scene.prefix, "share/tool"), "changed\n");
  await scene.publish([
    { pkgname: "newtool-1.0", buildInfo: { SUPERSEDES: "oldtool<=1.0" }, install: FAILING },
  ]);
  const { status, stderr } = await scene.pkgin(["-fy", "upgrade"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/PRE-INSTALL script of newtool-1\.0.*\npkgin: oldtool-1\.0 was put back\n$/);
  expect(installed(scene)).toEqual(["oldtool-1.0"]);
  expect(readFileSync(join(scene.prefix, "share/tool"), "utf8")).toBe("changed\n");
  expect(await lastTransaction(scene)).toEqual({ status: "failed", outcomes: ["restored", "failed"] });
  expect(readdirSync(join(scene.prefix, "var/db/pkgin")).toSorted()).not.toContain("keepsakes");
});

test("a tool that fails between the old version and the new one has the old one put back, or saved", async () => {
  const scene = await setScene([HELLO, { pkgname: "lib-1.0" }]);
  const tools = standInTools();
  const pkgin = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    scene.pkgin(["--backend", "tools", ...args], { env: { ...tools.environment, ...env } });
  await pkgin({}, "-y", "install", "hello", "lib");
  await pkgin({}, "unkeep", "lib");
  await pkgin({}, "clean");
  await scene.publish([NEWER, { pkgname: "lib-2.0" }]);
  const saved = join(scene.prefix, "var/db/pkgin/keepsakes/2/hello-1.0.tgz");
  expect(await pkgin({ TOOL_BREAKS_AT: "hello-2.0 hello-1.0" }, "-fy", "upgrade")).toMatchObject({
    status: 1,
    stderr:
      "pkgin: hello-2.0: extraction failed; hello-1.0 is gone, and could not be put back (hello-1.0: extraction failed): " +
      `mend that and install ${saved}\n`,
  });
  expect(installed(scene)).toEqual(["lib-2.0 (automatic)"]);
  const lost = `hello-1.0 is gone, and could not be put back by 2; it is saved in ${saved}\n`;
  expect(await pkgin({}, "-n", "doctor")).toMatchObject({ status: 1, stdout: `saved: ${lost}` });
  const failed = await pkgin({ TOOL_BREAKS_AT: "hello-1.0" }, "-y", "doctor");
  expect(failed).toMatchObject({ status: 1, stdout: `saved: ${lost}` });
  expect(failed.stderr).toMatch(
    /^1 found.*\npkg_add: hello-1\.0: extraction failed\n.*\npkgin: hello-1\.0 is gone, and could not be put back \(pkg_add ended with 1\): .*\nStill there:\n/,
  );
  expect(await pkgin({}, "-y", "doctor")).toEqual({
    status: 0,
    stdout: `saved: ${lost}`,
    stderr: "1 found, of which 1 can be repaired.\npkgin: hello-1.0 was put back\nAll of it was repaired.\n",
  });
  expect(await pkgin({ TOOL_BREAKS_AT: "hello-2.0" }, "-y", "upgrade")).toMatchObject({
    status: 1,
    stderr: "pkgin: hello-2.0: extraction failed; hello-1.0 was put back\n",
  });
  expect(installed(scene)).toEqual(["hello-1.0", "lib-2.0 (automatic)"]);
  expect(readFileSync(join(scene.prefix, "share/hello"), "utf8")).toBe("1.0\n");
});

test("a pkgin that is killed while a tool has taken the old version away puts it back at the next run", async () => {
  const scene = await setScene([HELLO]);
  const tools = standInTools();
  const env = { ...tools.environment, TOOL_BREAKS_AT: "hello-2.0", TOOL_WAITS_IN: tools.directory };
  const tool = ["--backend", "tools"];
  await scene.pkgin([...tool, "-y", "install", "hello"], { env: tools.environment });
  await scene.publish([NEWER]);
  const killed = startPkgin(scene, [...tool, "-fy", "upgrade"], env);
  await fileAppears(join(tools.directory, "waiting"));
  killed.kill("SIGKILL");
  const next = scene.pkgin([...tool, "unkeep", "hello"], { env: tools.environment });
  // The tool that was left behind comes to its end only now, and is waited for.
  writeFileSync(join(tools.directory, "go"), "");
  await killed.ended;
  const { stdout, stderr } = await next;
  expect(stderr).toMatch(
    /^pkgin: upgrade of .*Z was cut off\n[^]*pkgin: hello-1\.0 was put back\npkgin: 0 of 1 changes were done; pkgin upgrade does the rest\n$/,
  );
  expect(stdout).toContain("marking hello-1.0 as auto-removable\n");
  expect(installed(scene)).toEqual(["hello-1.0 (automatic)"]);
  expect(await lastTransaction(scene)).toEqual({ status: "interrupted", outcomes: ["restored"] });
});

test("doctor -n tells of what was cut off and what is left of it, and changes none of it", async () => {
  const scene = await setScene([HELLO]);
  const directory = join(scene.prefix, "tmp");
  mkdirSync(directory);
  await scene.pkgin(["-y", "install", "hello"]);
  await scene.publish([{ ...NEWER, install: waitingScript(directory, "POST-INSTALL") }]);
  const killed = startPkgin(scene, ["-fy", "upgrade"]);
  await fileAppears(join(directory, "begun"));
  // While it is at work all is as it should be.
  expect((await scene.pkgin(["-n", "doctor"])).stdout).not.toContain("transactions: ");
  killed.kill("SIGKILL");
  writeFileSync(join(directory, "go"), "");
  await killed.ended;
  const looked = await scene.pkgin(["-n", "doctor", "--json"]);
  expect(looked.status).toBe(1);
  const journal = `${scene.prefix}/pkgdb.journal`;
  const [staging = ""] = readdirSync(scene.prefix).filter((name) => name.startsWith(".pkg-install."));
  const area = "transactions";
  const repairable = true;
  expect(JSON.parse(looked.stdout)).toEqual(
    expect.arrayContaining([
      { area, problem: expect.stringMatching(/^upgrade of .*Z was cut off$/), repairable },
      { area, problem: `${journal} tells of a package that was cut off`, repairable },
      { area, problem: `${scene.prefix}/${staging} has files of a package that was cut off`, repairable },
    ]),
  );
  expect(existsSync(journal)).toBe(true);
  const mended = await scene.pkgin(["-y", "doctor"]);
  expect(mended.status).toBe(0);
  expect(mended.stderr).toMatch(/^pkgin: upgrade of .*Z was cut off\n/);
  expect(existsSync(journal)).toBe(false);
  expect(await scene.pkgin(["-n", "doctor"])).toEqual({ status: 0, stdout: "", stderr: "All is well.\n" });
  mkdirSync(join(scene.prefix, ".pkg-install.0123"));
  expect(await scene.pkgin(["-y", "doctor"])).toMatchObject({
    status: 1,
    stdout: `transactions: ${scene.prefix}/.pkg-install.0123 has files of a package that was cut off\n`,
  });
});

test("a signal to all lets the tool end its package, and the rest is not begun", async () => {
  const scene = await setScene([
    { pkgname: "lib-1.0", install: "" },
    { pkgname: "app-1.0", depends: ["lib-[0-9]*"] },
  ]);
  const tools = standInTools();
  await scene.publish([
    { pkgname: "lib-1.0", install: waitingScript(tools.directory, "POST-INSTALL") },
    { pkgname: "app-1.0", depends: ["lib-[0-9]*"] },
  ]);
  const pkgin = startPkgin(scene, ["--backend", "tools", "-y", "install", "app"], tools.environment);
  await fileAppears(join(tools.directory, "begun"));
  pkgin.killGroup("SIGINT");
  writeFileSync(join(tools.directory, "go"), "");
  const { status, stdout, stderr } = await pkgin.ended;
  expect({ status, stderr }).toEqual({ status: 130, stderr: "pkgin: interrupted\n" });
  expect(stdout).toMatch(/\[1\/2\] installing lib-1\.0\.\.\.\n$/);
  expect(installed(scene)).toEqual(["lib-1.0 (automatic)"]);
  expect(await lastTransaction(scene)).toEqual({ status: "interrupted", outcomes: ["done", "pending"] });
});

test.each([
  ["SIGKILL", "somebody"],
  ["SIGTERM", "nobody"],
] as const)(
  "%s with %s listening while a superseded package has gone leaves it as it was, and kept",
  async (signal, listener) => {
    const scene = await setScene([{ pkgname: "oldtool-1.0" }]);
    await scene.pkgin(["-y", "install", "oldtool"]);
    await scene.publish([
      {
        pkgname: "newtool-1.0",
        buildInfo: { SUPERSEDES: "oldtool<=1.0" },
        install: waitingScript(scene.directory, "PRE-INSTALL"),
      },
    ]);
    const pkgin = startPkgin(scene, ["-fy", "upgrade"]);
    await fileAppears(join(scene.directory, "begun"));
    expect(installed(scene)).not.toContain("oldtool-1.0");
    expect((await scene.pkgin(["history"])).stdout).toMatch(/ {2}running {6}upgrade/);
    if (listener === "nobody") pkgin.deafen();
    pkgin.kill(signal);
    writeFileSync(join(scene.directory, "go"), "");
    await pkgin.ended;
    // Who only looks sees that nobody is at work any more.
    expect((await scene.pkgin(["history"])).stdout).toMatch(/ {2}interrupted {2}upgrade/);
    await scene.pkgin(["keep", "oldtool"]);
    expect(installed(scene)).toEqual(["oldtool-1.0"]);
    expect((await lastTransaction(scene)).status).toBe("interrupted");
    const { status } = await scene.pkgin(["-y", "upgrade"]);
    expect({ status, installed: installed(scene) }).toEqual({ status: 0, installed: ["newtool-1.0"] });
  },
);

test("another pkgin is waited for, as long as one wants", async () => {
  const scene = await setScene([HELLO]);
  await scene.publish([{ ...HELLO, install: waitingScript(scene.directory, "PRE-INSTALL") }]);
  const first = startPkgin(scene, ["-y", "install", "hello"]);
  await fileAppears(join(scene.directory, "begun"));
  expect(await scene.pkgin(["--wait=0", "keep", "hello"])).toMatchObject({ status: 1 });
  const second = startPkgin(scene, ["--wait", "unkeep", "hello"]);
  const impatient = await scene.pkgin(["--wait=1", "keep", "hello"]);
  expect(impatient.stderr).toMatch(
    /^pkgin: waiting for another pkgin \(process \d+ since .*Z\)\npkgin: another pkgin is at work \(.*\); it was waited for 1 s\n$/,
  );
  // Who only looks waits for nobody.
  expect((await scene.pkgin(["search", "hello"])).status).toBe(0);
  writeFileSync(join(scene.directory, "go"), "");
  expect((await first.ended).status).toBe(0);
  expect(await second.ended).toMatchObject({ status: 0, stdout: "marking hello-1.0 as auto-removable\n" });
});
