import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runPkgin } from "./run-pkgin.ts";

test.skipIf(!existsSync("/proc/self")).each(["list", "repo add http://localhost/All"])(
  "%s names a directory that cannot be made (needs /proc)",
  async (line) => {
    const options = { env: { PKG_REPOS: "http://localhost/All" } };
    expect(await runPkgin(["--prefix", "/proc/none/below", ...line.split(" ")], options)).toEqual({
      status: 1,
      stdout: "",
      stderr: "pkgin: Failed to create /proc/none: No such file or directory\n",
    });
  },
);
