import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readPreferences } from "./preferred.ts";

function preferences(text: string) {
  const directory = mkdtempSync(join(tmpdir(), "preferred-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "preferred.conf");
  writeFileSync(file, text);
  return readPreferences(file);
}

test.each([
  ["hello<2", "1.9", true],
  ["hello<2", "2.0", false],
  ["hello<=2", "2", true],
  ["hello>2", "2", false],
  ["hello>=2", "2", true],
  ["hello=2.*", "2.1", true],
  ["hello=2.*", "3.0", false],
  ["hello=2.*  # ours", "2.1", true],
  ["hello<2 # for now", "2.1", false],
  ["#hello<2", "3", true],
  ["hello", "3", true],
  ["other<2", "3", true],
])("with %s hello-%s is allowed: %s", (rule, version, isAllowed) => {
  expect(preferences(`${rule}\n`).allows("hello", `hello-${version}`)).toBe(isAllowed);
});

test("of several rules for one name the last counts", () => {
  const { allows, patternFor } = preferences("hello<2\n\nhello=3.*\n");
  expect([allows("hello", "hello-1.0"), allows("hello", "hello-3.1")]).toEqual([false, true]);
  expect(patternFor("hello")).toBe("hello-3.*");
});
