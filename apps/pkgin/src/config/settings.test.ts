import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { defaultOptions, type Options } from "../options.ts";
import { readSettings } from "./settings.ts";

let file: string;

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "settings-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  file = join(directory, "pkgin.conf");
});

function settings(text: string, given: readonly string[] = []): Options {
  writeFileSync(file, text);
  const options = defaultOptions();
  readSettings(options, { file, isRequired: true, given: new Set(given) });
  return options;
}

test("settings have the names of options; comments and empty lines are skipped", () => {
  expect(settings("# ours\n\njobs=2\n protect-kept = yes\nwait\nproxy=http://p:3128/?a=b\n")).toMatchObject({
    jobs: 2,
    protectKept: true,
    wait: Number.POSITIVE_INFINITY,
    proxy: "http://p:3128/?a=b",
  });
});

test("what the command line says goes before the file", () => {
  expect(settings("jobs=2\noffline=yes\n", ["jobs"])).toMatchObject({ jobs: 4, offline: true });
});

test.each([
  ["jobs=2\njbos=3", ':2: there is no setting "jbos"; did you mean jobs?'],
  ["yes", ':1: there is no setting "yes"; known are offline, jobs, '],
  ["jobs=many", ':1: jobs: a whole number from 1 on was expected, found "many"'],
  ["verify=maybe", ':1: verify: available or digest or signature was expected, found "maybe"'],
  ["offline=perhaps", ':1: offline: yes or no was expected, found "perhaps"'],
])("%j is refused with its place", (text, message) => {
  expect(() => settings(text)).toThrow(`${file}${message}`);
});

test("a file that was not asked for may be missing, one that was may not", () => {
  const options = defaultOptions();
  readSettings(options, { file, isRequired: false, given: new Set() });
  expect(options).toEqual(defaultOptions());
  expect(() => readSettings(options, { file, isRequired: true, given: new Set() })).toThrow(
    `cannot read ${file}: No such file or directory`,
  );
});
