import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runPkgin, temporaryDirectory } from "./run-pkgin.ts";
import { openScene, type Scene } from "./scene.ts";

let scene: Scene;

beforeAll(async () => {
  scene = await openScene([
    { pkgname: "libgreet-1.0" },
    { pkgname: "hello-2.1", depends: ["libgreet-[0-9]*"] },
    { pkgname: "webby-1.0", depends: ["hello-[0-9]*"] },
  ]);
  await scene.pkgin(["-y", "install", "webby"]);
});

afterAll(() => scene.close());

const run = (prefix: string, ...args: string[]) => runPkgin(["--prefix", prefix, "repo", ...args]);

test("one can be added where nothing is set up, and used at once", async () => {
  const prefix = join(temporaryDirectory(), "new");
  const told = await run(prefix, "list");
  expect({ status: told.status, stdout: told.stdout }).toEqual({ status: 0, stdout: "" });
  expect(told.stderr).toContain(`    pkgin --prefix ${prefix} repo add URL\n`);
  expect(existsSync(prefix)).toBe(false);
  expect(await run(prefix, "add", `${scene.server.url}/`)).toEqual({
    status: 0,
    stdout: `added ${scene.server.url}\n`,
    stderr: "",
  });
  expect((await runPkgin(["--prefix", prefix, "avail"])).stdout).toContain("hello-2.1 ");
});

test("they are added, put aside and taken away, and what else is in the file stays", async () => {
  const prefix = temporaryDirectory();
  const file = join(prefix, "etc/pkgin/repositories.conf");
  await run(prefix, "add", "http://a.example/All", "http://b.example/$arch/All");
  expect((await run(prefix, "add", "http://a.example/All/")).stdout).toBe(
    "http://a.example/All is there already\n",
  );
  const disabled = await run(prefix, "disable", "1", "--json");
  expect(disabled.stderr).toBe("disabled http://a.example/All\n");
  expect(JSON.parse(disabled.stdout)).toMatchObject([{ url: "http://a.example/All", enabled: false }, {}]);
  expect(readFileSync(file, "utf8")).toBe("#disabled http://a.example/All\nhttp://b.example/$arch/All\n");
  const listed = JSON.parse((await run(prefix, "list", "--json")).stdout) as {
    url: string;
    enabled: boolean;
  }[];
  expect(listed.map(({ enabled }) => enabled)).toEqual([false, true]);
  expect((await run(prefix, "enable", "http://a.example/All")).stdout).toBe("enabled http://a.example/All\n");
  expect((await run(prefix, "remove", listed[1]?.url ?? "")).stdout).toBe(`removed ${listed[1]?.url}\n`);
  expect(readFileSync(file, "utf8")).toBe("http://a.example/All\n");
  expect((await run(prefix, "add", "https://me:secret@c.example/All")).stdout).not.toContain("secret");
  expect((await run(prefix)).stdout).toMatch(/ enabled {2}https:.*c\.example\/All\n$/);
});

test("numbers are those of the list before anything was changed, and one that is wrong changes nothing", async () => {
  const prefix = temporaryDirectory();
  const urls = ["a", "b", "c"].map((name) => `http://${name}.example/All`);
  await run(prefix, "add", ...urls);
  expect(await run(prefix, "remove", "1", "4")).toMatchObject({ status: 1, stdout: "" });
  expect((await run(prefix, "remove", "1", "2")).stdout).toBe(`removed ${urls[0]}\nremoved ${urls[1]}\n`);
  expect((await run(prefix, "list")).stdout).toBe(` 1 enabled  ${urls[2]}\n`);
  expect(await run(prefix, "add", "http://d.example", "d.example")).toMatchObject({
    status: 1,
    stdout: "",
  });
});

test("a variable that goes before the file is told of", async () => {
  const prefix = temporaryDirectory();
  const env = { PKG_REPOS: "http://a.example/All" };
  const ask = (...args: string[]) => runPkgin(["--prefix", prefix, "repo", ...args], { env });
  expect(await ask("add", "http://b.example/All")).toEqual({
    status: 0,
    stdout: "added http://b.example/All\n",
    stderr: "PKG_REPOS is set and goes before what the file says\n",
  });
  expect((await ask()).stderr).toBe("PKG_REPOS goes before all of these: http://a.example/All\n");
});

test("a note behind a URL stays with it", async () => {
  const prefix = temporaryDirectory();
  await run(prefix, "add", "http://a.example/All");
  const file = join(prefix, "etc/pkgin/repositories.conf");
  writeFileSync(file, "http://a.example/All  # the near one\n");
  expect((await run(prefix, "disable", "http://a.example/All")).stdout).toBe(
    "disabled http://a.example/All\n",
  );
  expect(readFileSync(file, "utf8")).toBe("#disabled http://a.example/All  # the near one\n");
  await run(prefix, "enable", "1");
  expect(readFileSync(file, "utf8")).toBe("http://a.example/All  # the near one\n");
});

test("verbs about what is installed need none that answers", async () => {
  const env = { PKG_REPOS: "http://127.0.0.1:1/All" };
  const why = await runPkgin(["--prefix", scene.prefix, "why", "libgreet"], { env });
  expect(why).toMatchObject({ status: 0, stderr: "" });
  expect(why.stdout).toContain("webby-1.0 needs hello-2.1 needs libgreet-1.0\n");
  await scene.pkgin(["update"]);
});

test.each([
  [["add", "a.example"], /^pkgin: repo add: a URL that begins with https:\/\/, .* found "a\.example"\n$/],
  [["add"], /^pkgin: missing repository URL\n$/],
  [["remove", "7"], /^pkgin: 7 is no repository of .*repositories\.conf; pkgin repo list shows those/],
  [["frob"], /^pkgin: repo: list, add, remove, enable or disable was expected, found "frob"\n$/],
])("%j is refused", async (args, message) => {
  const { status, stderr } = await run(temporaryDirectory(), ...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
});

test("another one for a single run leaves the usual catalogue as it is", async () => {
  const other = await openScene([{ pkgname: "elsewhere-1.0" }]);
  try {
    const { stdout } = await scene.pkgin(["avail", "--repository", other.server.url]);
    expect(stdout).toContain("elsewhere-1.0 ");
    expect(stdout).not.toContain("cleaning database");
    expect((await scene.pkgin(["avail"])).stdout).toMatch(/^hello-2\.1 /);
    const cache = join(scene.prefix, "var/db/pkgin/cache");
    expect(readdirSync(cache).filter((name) => name.endsWith(".db"))).toHaveLength(1);
    await scene.pkgin(["clean"]);
    expect(readdirSync(cache)).toEqual([]);
  } finally {
    await other.close();
  }
});

test("of the catalogues of other repositories only the last few are kept", async () => {
  const cache = join(scene.prefix, "var/db/pkgin/cache");
  const catalogues = () => readdirSync(cache).filter((name) => name.endsWith(".db"));
  const look = (name: string) =>
    scene.pkgin(["--repository", `file:///nonexistent/${name}`, "which", "/nonexistent"]);
  await look("first");
  const [first = ""] = catalogues();
  for (const name of ["a", "b", "first", "c", "d", "e"]) await look(name);
  expect(catalogues()).toHaveLength(5);
  expect(catalogues()).toContain(first);
  await look("f");
  await look("g");
  expect(catalogues()).toHaveLength(5);
  expect(catalogues()).not.toContain(first);
});
