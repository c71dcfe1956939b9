import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL("../", import.meta.url));

test("the example of the README prints what it says", () => {
  const [, code = "", output = ""] =
    /```js\n(.*?)```\n\n((?: {4}[^\n]*\n)+)/s.exec(readFileSync(join(here, "README.md"), "utf8")) ?? [];
  const directory = mkdtempSync(join(tmpdir(), "pkg-install-readme-"));
  try {
    mkdirSync(join(directory, "node_modules"));
    symlinkSync(here, join(directory, "node_modules/pkg-install"));
    symlinkSync(join(here, "../pkg-archive"), join(directory, "node_modules/pkg-archive"));
    writeFileSync(join(directory, "example.mjs"), code.replaceAll("/tmp/example-", join(directory, "root-")));
    const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: directory, encoding: "utf8" });
    expect(printed).toBe(output.replaceAll(/^ {4}/gm, ""));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
