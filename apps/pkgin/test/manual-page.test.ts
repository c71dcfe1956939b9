import { spawnSync } from "node:child_process";
import { machineTool } from "test-support";
import { expect, test } from "vitest";
import { runPkgin } from "./run-pkgin.ts";

/** Lays manual pages out. */
const groff = machineTool("groff");

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
