import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { machineTool } from "test-support";
import { expect, test } from "vitest";
import { bin, environment, runPkgin } from "./run-pkgin.ts";
import { setScene } from "./scene.ts";

/** Lays manual pages out. */
const groff = machineTool("groff");

test.skipIf(machineTool("bash") === undefined)(
  "bash completes verbs, options and packages (needs bash)",
  async () => {
    const scene = await setScene([{ pkgname: "libgreet-1.0" }, { pkgname: "lua-5" }]);
    await scene.pkgin(["-y", "install", "lua"]);
    const programs = join(scene.prefix, "programs");
    mkdirSync(programs);
    const program = `#!/bin/sh\nexec "${process.execPath}" "${bin}" --prefix "${scene.prefix}" "$@"\n`;
    writeFileSync(join(programs, "pkgin"), program, { mode: 0o755 });
    const script = join(scene.prefix, "completion.bash");
    writeFileSync(script, (await runPkgin(["completion", "bash"])).stdout);
    const asked = 'source "$0"; COMP_WORDS=(pkgin "$@"); COMP_CWORD=$#; _pkgin; echo "${COMPREPLY[@]}"';
    const complete = (...words: string[]) => {
      const path = `${programs}${delimiter}${process.env["PATH"]}`;
      const env = environment({ PATH: path, PKG_REPOS: scene.server.url });
      const { stderr, stdout } = spawnSync("bash", ["-c", asked, script, ...words], {
        env,
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      return stdout.trimEnd();
    };
    expect(complete("show-k")).toBe("show-keep");
    expect(complete("--prefix", "/tmp", "-y", "aud")).toBe("audit");
    expect(complete("--proxy", "")).toBe("");
    expect(complete("--off")).toBe("--offline");
    expect(complete("-y", "install", "l")).toBe("libgreet lua");
    expect(complete("rm", "l")).toBe("lua");
    expect(complete("show-category", "m")).toBe("misc");
  },
);

test.each(["zsh", "fish"])("%s is told every verb and option", async (shell) => {
  const { status, stdout } = await runPkgin(["completion", shell]);
  expect(status).toBe(0);
  for (const word of ["show-full-deps", "outdated", "protect-kept", "cacert"]) expect(stdout).toContain(word);
  // No quote may be left open by a help text.
  for (const line of stdout.split("\n"))
    expect(line.split("'").length % 2).toBe(line.startsWith("    #") ? 0 : 1);
  const checked = machineTool(shell);
  const result = checked === undefined ? undefined : spawnSync(checked, ["-n"], { input: stdout });
  expect(result?.status ?? 0).toBe(0);
});

test("another shell is refused, with those that are known", async () => {
  expect(await runPkgin(["completion", "tcsh"])).toEqual({
    status: 1,
    stdout: "",
    stderr: 'pkgin: completion: bash, zsh, fish was expected, found "tcsh"\n',
  });
});

test.skipIf(groff === undefined)("the manual page is one that man understands (needs groff)", async () => {
  const { stdout } = await runPkgin(["manual"]);
  const shown = spawnSync(groff ?? "", ["-mdoc", "-Tascii", "-P-c", "-ww"], {
    input: stdout,
    encoding: "utf8",
  });
  expect({ status: shown.status, stderr: shown.stderr }).toEqual({ status: 0, stderr: "" });
  const text = shown.stdout.replaceAll(/.[\b]/g, "");
  expect(text).toContain("pkgin -- install, upgrade and remove binary packages of pkgsrc");
  expect(text).toMatch(/\n {5}show-no-keep, snk\n/);
  expect(text).toContain("-l, --limit SIGN\n");
  expect(text).toMatch(/\n {5}--wait\[=SECONDS\]\n/);
});
