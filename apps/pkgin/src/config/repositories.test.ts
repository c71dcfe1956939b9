import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { configuredRepositories } from "./repositories.ts";

const directory = mkdtempSync(join(tmpdir(), "repositories-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const host = { opsys: "NetBSD", machineArch: "x86_64", osVersion: "10.1_STABLE" };

function fromFile(text: string): readonly string[] {
  const file = join(directory, "repositories.conf");
  writeFileSync(file, text);
  return configuredRepositories(file, {}, host);
}

test("only lines that start with a URL count, in their order", () => {
  expect(
    fromFile(
      "# one\n https://indented.example/All\nhttps://a.example/All\nfile:///srv/All\nftp://f.example/All\n",
    ),
  ).toEqual(["https://a.example/All", "file:///srv/All", "ftp://f.example/All"]);
});

test("$arch and $osrelease are replaced wherever they stand", () => {
  expect(fromFile("https://a.example/$arch/$osrelease/$arch/All\n")).toEqual([
    "https://a.example/x86_64/10.1/x86_64/All",
  ]);
});

test("PKG_REPOS takes the place of the file", () => {
  const file = join(directory, "repositories.conf");
  writeFileSync(file, "https://a.example/All\n");
  expect(
    configuredRepositories(file, { PKG_REPOS: "http://b.example/All http://c.example/All" }, host),
  ).toEqual(["http://b.example/All", "http://c.example/All"]);
});

test("a repository named twice is used once", () => {
  expect(fromFile("http://a.example/All\nhttp://a.example/All/\n")).toEqual(["http://a.example/All"]);
});

test("with no repository the message names the file and the variable, and says what to write", () => {
  const missing = join(directory, "missing.conf");
  const attempt = () => configuredRepositories(missing, {}, host);
  expect(attempt).toThrow(
    `${missing} has no repositories or does not exist.\nNo PKG_REPOS variable to fallback to.\n`,
  );
  expect(attempt).toThrow(/NetBSD\/x86_64/);
  expect(() => configuredRepositories(missing, { PKG_REPOS: "" }, host)).toThrow("has no repositories");
});
