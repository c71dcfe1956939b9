import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { mirrorsOf, readMirrors } from "./mirrors.ts";
import { listRepositories } from "./repositories-file.ts";

const host = { opsys: "NetBSD", machineArch: "x86_64", osVersion: "10.1" };

test("a repository's mirrors are named in the same file, and are no repositories", () => {
  const directory = mkdtempSync(join(tmpdir(), "mirrors-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "repositories.conf");
  writeFileSync(
    file,
    "https://a.example/$arch/All\nmirror https://a.example/$arch/All https://b.example/$arch/All/ # near\n" +
      "mirror https://a.example/x86_64/All ftp://c.example/All\nmirror incomplete\n#mirror https://a.example/x86_64/All http://d\n",
  );
  expect(listRepositories(file, host).map(({ url }) => url)).toEqual(["https://a.example/x86_64/All"]);
  const mirrors = readMirrors(file, host);
  const repository = "https://a.example/x86_64/All";
  expect(mirrorsOf({ mirrors }, repository, `${repository}/hello-1.0.tgz`)).toEqual([
    "https://b.example/x86_64/All/hello-1.0.tgz",
    "ftp://c.example/All/hello-1.0.tgz",
  ]);
  expect(mirrorsOf({ mirrors }, "https://other.example", "https://other.example/x")).toEqual([]);
});
