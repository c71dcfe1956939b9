import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryDirectory } from "./fixture.ts";

const here = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(join(here, "README.md"), "utf8");

test("the example of the README prints what it says", () => {
  const [, code = "", output = ""] = /```js\n(.*?)```\n\n((?: {4}[^\n]*\n)+)/s.exec(readme) ?? [];
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "node_modules"));
  symlinkSync(here, join(directory, "node_modules/fetch-to-fd"));
  writeFileSync(join(directory, "example.mjs"), code.replace("/tmp/example-", join(directory, "of-")));
  const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: directory, encoding: "utf8" });
  expect(printed).toBe(output.replaceAll(/^ {4}/gm, ""));
});

test("the README tells all options", () => {
  const source = readFileSync(join(here, "src/options.ts"), "utf8");
  const options = Array.from(source.matchAll(/interface \w+Options .*?\n}/gs), ([fields]) =>
    Array.from(fields.matchAll(/^ {2}readonly (\w+)\?:/gm), ([, name]) => name),
  );
  const [, table = ""] = /\n## Options\n\n(.*?)\n\n/s.exec(readme) ?? [];
  const told = Array.from(table.matchAll(/^\| (`.*?) \|/gm), ([, names = ""]) =>
    names.replaceAll("`", "").split(", "),
  );
  expect(told.flat().toSorted()).toEqual(options.flat().toSorted());
});
