import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { configuredRepositories } from "./repositories.ts";

const directory = mkdtempSync(join(tmpdir(), "repositories-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const host = { opsys: "NetBSD", machineArch: "x86_64", osVersion: "10.1_STABLE" };
const repositoriesFile = join(directory, "repositories.conf");

function repositories(
  text: string,
  { environment = {}, named = [] }: { environment?: NodeJS.ProcessEnv; named?: readonly string[] } = {},
): readonly string[] {
  writeFileSync(repositoriesFile, text);
  const locations = { repositoriesFile, prefix: "/usr/pkg", selfContained: false };
  return configuredRepositories({ named, environment, locations, host, needsRepository: true });
}

test("only lines that start with a URL count, in their order", () => {
  expect(
    repositories(
      "# one\n https://indented.example/All\nhttps://a.example/All\nfile:///srv/All\nftp://f.example/All\n",
    ),
  ).toEqual(["https://a.example/All", "file:///srv/All", "ftp://f.example/All"]);
});

test("a note behind a URL is no part of it", () => {
  expect(repositories("https://a.example/All # ours\nhttps://b.example/All#part\n")).toEqual([
    "https://a.example/All",
    "https://b.example/All#part",
  ]);
});

test("one that was disabled does not count", () => {
  expect(repositories("#disabled https://a.example/All\nhttps://b.example/All")).toEqual([
    "https://b.example/All",
  ]);
});

test("$arch and $osrelease are replaced wherever they stand", () => {
  expect(repositories("https://a.example/$arch/$osrelease/$arch/All\n")).toEqual([
    "https://a.example/x86_64/10.1/x86_64/All",
  ]);
});

test("PKG_REPOS takes the place of the file, and the command line that of both", () => {
  const environment = { PKG_REPOS: "http://b.example/All http://c.example/All" };
  expect(repositories("https://a.example/All\n", { environment })).toEqual([
    "http://b.example/All",
    "http://c.example/All",
  ]);
  expect(repositories("", { environment, named: ["http://d.example/$arch/"] })).toEqual([
    "http://d.example/x86_64",
  ]);
});

test("a repository named twice is used once", () => {
  expect(repositories("http://a.example/All\nhttp://a.example/All/\n")).toEqual(["http://a.example/All"]);
});

test("with no repository the message names the file and the variable, and says how to add one", () => {
  const attempt = () => repositories("# nothing\n");
  expect(attempt).toThrow(
    `${repositoriesFile} has no repositories or does not exist.\nNo PKG_REPOS variable to fallback to.\n`,
  );
  expect(attempt).toThrow(
    /packages\/NetBSD\/x86_64\/\$osrelease\/All\nAdd one with\n {4}pkgin repo add URL\n/,
  );
});

test("a variable that is empty is told of, rather than the file that it goes before", () => {
  for (const PKG_REPOS of ["", " "])
    expect(() => repositories("http://a.example", { environment: { PKG_REPOS } })).toThrow(
      `PKG_REPOS is set but names no repository, and goes before ${repositoriesFile}, which does: unset it`,
    );
});
