import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runPkgin, temporaryDirectory } from "./run-pkgin.ts";

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

test("a directory in the place of a file is told in the system's words", async () => {
  const directory = temporaryDirectory();
  const { status, stderr } = await runPkgin(["--prefix", directory, "--config", directory, "list"]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `pkgin: cannot read ${directory}: Is a directory\n`,
  });
});
