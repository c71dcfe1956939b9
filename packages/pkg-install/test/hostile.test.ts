import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LimitError, MalformedError } from "pkg-archive";
import { install, type InstallOptions, UnsafePathError } from "../src/index.ts";
import { isCaseBlind, refuseCaseCollisions } from "../src/change/safe-path.ts";
import { arriving } from "./make-package.ts";
import { type RawEntry, rawPackage, tarEntry } from "./raw-package.ts";
import { PREFIX, Scene } from "./scene.ts";

/** Tries to install a package made of these, and makes sure that nothing anywhere has changed. */
async function refusal(
  lines: readonly string[],
  entries: readonly RawEntry[],
  {
    scene = new Scene(),
    ...more
  }: { scene?: Scene; pkgname?: string; prefix?: string } & Partial<InstallOptions> = {},
): Promise<unknown> {
  const { pkgname, prefix, ...options } = more;
  const before = scene.tree();
  const source = arriving(rawPackage(lines, entries, { pkgname, prefix }));
  const error: unknown = await install(source, { ...scene.options, ...options }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(scene.tree()).toEqual(before);
  return error;
}

describe("a package is refused, and nothing is left of it,", () => {
  test.each([
    "/etc/passwd",
    "../evil",
    "bin/../../evil",
    "bin/./evil",
    "bin//evil",
    "bin/evil/",
    "..",
    "bin/a\tb",
    "bin/\u001b[2J",
    "bin/a\u007f",
  ])("for the path %j", async (name) => {
    const error = await refusal(["good", name], [{ name: "good" }, { name }]);
    expect(error).toBeInstanceOf(UnsafePathError);
    expect(error).toMatchObject({ path: name, pkgname: "raw-1.0" });
  });

  test.each(["../x-1", "a/b-1", ".x-1", "+X-1", "x", "x y-1", "x-1.xxxxxx", "x\u001b[2J-1", ""])(
    "for the name %j",
    async (pkgname) => {
      expect(await refusal([], [], { pkgname })).toMatchObject({ code: "ERR_PKGDB_NAME" });
    },
  );

  test.each(["opt/example", "/opt/../etc", "/opt/./x", "/opt/x/", "/opt/\u001b[2J", "."])(
    "for the prefix %j",
    async (prefix) => {
      expect(await refusal(["x"], [{ name: "x" }], { prefix })).toBeInstanceOf(UnsafePathError);
    },
  );

  test("for a path of a directory that leads elsewhere", async () => {
    expect(await refusal(["@pkgdir ../../etc"], [])).toBeInstanceOf(UnsafePathError);
  });

  test.each([
    ["share/x", "@pkgdir share/x"],
    ["@pkgdir share/x", "share/x"],
  ])("for a file that is a shared directory as well: %s, %s", async (...lines) => {
    expect(await refusal(lines, [{ name: "share/x" }])).toMatchObject({ path: "share/x" });
  });

  test("for a shared directory that is another package's file", async () => {
    const scene = new Scene();
    await scene.install(rawPackage(["share/x"], [{ name: "share/x" }], { pkgname: "first-1.0" }));
    expect(await refusal(["@pkgdir share/x"], [], { scene })).toMatchObject({
      code: "ERR_INSTALL_FILE_CONFLICT",
      owner: "first-1.0",
    });
  });

  test("for a file through a link that it makes itself", async () => {
    const entries = [
      { name: "lib/way", type: "2", target: "../../../outside" },
      { name: "lib/way/out", content: "evil" },
    ];
    expect(await refusal(["lib/way", "lib/way/out"], entries)).toMatchObject({
      message: expect.stringContaining(
        "it is a file or link of the package, and something else of it would lie there or below",
      ),
    });
  });

  test.each([true, false])(
    "for a directory through a link that it makes itself; lib is there: %s",
    async (isThere) => {
      const scene = new Scene();
      mkdirSync(join(scene.root, "outside"));
      if (isThere) mkdirSync(join(scene.prefix, "lib"), { recursive: true });
      const entries = [{ name: "lib/way", type: "2", target: `${scene.root}/outside` }];
      for (const lines of [
        ["lib/way", "@pkgdir lib/way/evil"],
        ["lib/way", "@pkgdir lib/way/more/evil"],
        ["@pkgdir lib/way/evil", "lib/way"],
        ["lib/way", "@exec true", "@pkgdir lib/way/evil"],
      ])
        expect(await refusal(lines, entries, { scene })).toBeInstanceOf(UnsafePathError);
    },
  );

  test("for a file through a link that another package has made", async () => {
    const scene = new Scene();
    mkdirSync(join(scene.root, "outside"));
    const entries = [{ name: "lib/way", type: "2", target: `${scene.root}/outside` }];
    await scene.install(rawPackage(["lib/way"], entries, { pkgname: "first-1.0" }));
    expect(await refusal(["lib/way/a/out"], [{ name: "lib/way/a/out" }], { scene })).toMatchObject({
      code: "ERR_INSTALL_UNSAFE_PATH",
      message: expect.stringContaining(`it leads out of the prefix, to ${scene.root}/outside`),
    });
  });

  test("for a file through a link that its own command has made", async () => {
    const scene = new Scene();
    mkdirSync(join(scene.root, "outside"));
    const lines = [`@exec ln -s ${scene.root}/outside way`, "@unexec rm -f way", "way/out"];
    expect(await refusal(lines, [{ name: "way/out" }], { scene })).toBeInstanceOf(UnsafePathError);
  });

  test("for a file through a link that leads nowhere", async () => {
    const scene = new Scene();
    mkdirSync(scene.prefix, { recursive: true });
    symlinkSync("nowhere", join(scene.prefix, "way"));
    expect(await refusal(["way/out"], [{ name: "way/out" }], { scene })).toMatchObject({
      message: expect.stringContaining("is a link that leads nowhere"),
    });
  });

  test.each([
    "pkgdb/other-1/+INSTALL",
    "pkgdb/pkgdb.byfile.db",
    "pkgdb.journal",
    "pkgdb.refcount/x",
    "PKGDB.lock",
  ])("for the file %s, which is the database's", async (name) => {
    const scene = new Scene();
    const pkgdb = join(scene.prefix, "pkgdb");
    expect(await refusal([name], [{ name }], { scene, pkgdb })).toMatchObject({
      message: expect.stringContaining("it is in the package database"),
    });
  });

  test("for a file where there is a directory, or below what is none", async () => {
    const scene = new Scene();
    scene.write("share/dir/file", "mine");
    expect(await refusal(["share/dir"], [{ name: "share/dir" }], { scene })).toMatchObject({
      message: expect.stringContaining("a directory is where the file would go"),
    });
    const below = "share/dir/file/below";
    expect(await refusal([below], [{ name: below }], { scene })).toMatchObject({ code: "ERR_INSTALL_WRITE" });
  });

  test.each([
    ["a device", { name: "dev", type: "3" }],
    ["a pipe", { name: "dev", type: "6" }],
    ["a hard link out of it", { name: "dev", type: "1", target: "/etc/passwd" }],
    ["a hard link to its own link", { name: "dev", type: "1", target: "link" }],
    ["a name that is not in its list", { name: "dev\nother" }],
  ])("for %s", async (_, entry) => {
    const link = { name: "link", type: "2", target: "/etc/passwd" };
    expect(await refusal(["link", "dev"], [link, entry])).toBeInstanceOf(MalformedError);
  });

  test("for the same path twice", async () => {
    expect(await refusal(["x", "x"], [{ name: "x" }, { name: "x" }])).toBeInstanceOf(UnsafePathError);
  });

  test("for the last of very many", async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `share/${index}`);
    expect(await refusal([...lines, "../out"], [])).toMatchObject({ path: "../out" });
  });

  test("for a file that is larger than anything", async () => {
    expect(await refusal(["huge"], [{ name: "huge", size: 2 ** 60 }])).toMatchObject({
      code: "ERR_INSTALL_WRITE",
      message: expect.stringContaining(`a file of ${2 ** 60} bytes does not fit`),
    });
  });

  test("for metadata of a gigabyte, of which next to nothing is read", async () => {
    const scene = new Scene();
    let read = 0;
    const source = (async function* (): AsyncGenerator<Uint8Array> {
      yield tarEntry({ name: "+CONTENTS", size: 2 ** 30 });
      for (; read < 2 ** 30; read += 65_536) yield Buffer.alloc(65_536, "x");
    })();
    await expect(install(source, scene.options)).rejects.toThrow(LimitError);
    expect(read).toBeLessThan(2 ** 20);
  });
});

test("names that differ in case only are refused where they would be one file", () => {
  const scene = new Scene();
  const directory = join(scene.root, "example");
  mkdirSync(directory);
  expect(isCaseBlind(directory)).toBe(false);
  // As it looks where case does not matter.
  symlinkSync(directory, join(scene.root, "EXAMPLE"));
  expect(isCaseBlind(directory)).toBe(true);
  expect(() => refuseCaseCollisions("a-1", ["bin/A", "bin/b", "bin/a"])).toThrow(
    "the same file as bin/A here",
  );
});

test("a hostile packing list of an installed package removes nothing outside the prefix", async () => {
  const scene = new Scene();
  writeFileSync(join(scene.root, "precious"), "precious");
  mkdirSync(join(scene.root, "outside"));
  writeFileSync(join(scene.root, "outside/file"), "precious");
  await scene.install(rawPackage(["a"], [{ name: "a" }]));
  symlinkSync(join(scene.root, "outside"), join(scene.prefix, "way"));
  const lines = [
    "@name raw-1.0",
    `@cwd ${PREFIX}`,
    "a",
    "../../precious",
    "way/file",
    "@dirrm ../../outside",
  ];
  writeFileSync(join(scene.pkgdb, "raw-1.0/+CONTENTS"), lines.map((line) => `${line}\n`).join(""));
  await scene.remove("raw-1.0", { force: true, deleteChanged: true });
  expect(statSync(join(scene.root, "precious")).size).toBe(8);
  expect(statSync(join(scene.root, "outside/file")).size).toBe(8);
  expect(scene.warnings).toHaveLength(3);
});

test("names that are no UTF-8 are installed and removed as they are", async () => {
  const scene = new Scene();
  const name = Buffer.from("bin/caf\xe9", "latin1");
  const archive = rawPackage(["bin/caf?"], [{ name, content: "x" }]);
  archive.set([0xe9], archive.indexOf("caf?") + 3);
  await scene.install(archive);
  expect(statSync(Buffer.concat([Buffer.from(`${scene.prefix}/`), name])).size).toBe(1);
  await scene.remove("raw-1.0");
  expect(scene.files()).toEqual([]);
});
