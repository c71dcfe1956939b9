import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PREFIX, Scene } from "../../test/scene.ts";
import {
  check,
  type CheckOptions,
  type CheckResult,
  dependenciesOf,
  installedPackage,
  ownerOf,
  type Problem,
  readByFile,
  writeByFile,
} from "../index.ts";

async function sceneOfThree(): Promise<Scene> {
  const scene = new Scene();
  await scene.install({
    pkgname: "lib-1.2",
    files: { "lib/lib.so": "lib", "lib/link": "-> lib.so" },
    pkgdirs: ["share/x"],
  });
  await scene.install({
    pkgname: "app-1.0",
    files: { "bin/app": "app" },
    depends: ["lib>=1"],
    pkgdirs: ["share/x"],
  });
  await scene.install({ pkgname: "top-3.0", files: {}, depends: ["app-[0-9]*", "lib>=1.1"] });
  return scene;
}

async function problems(scene: Scene, options: CheckOptions = {}): Promise<[CheckResult, Problem[]]> {
  const found: Problem[] = [];
  const result = await check(scene.pkgdb, {
    destdir: scene.root,
    onProblem: (problem) => found.push(problem),
    ...options,
  });
  return [result, found];
}

test("what was installed and left alone is good", async () => {
  const scene = await sceneOfThree();
  expect(await problems(scene)).toEqual([{ packages: 3, files: 3, problems: 0, repaired: 0 }, []]);
  expect(await problems(new Scene())).toEqual([{ packages: 0, files: 0, problems: 0, repaired: 0 }, []]);
});

test("files that are missing or changed are told of, and left", async () => {
  const scene = await sceneOfThree();
  scene.write("bin/app", "other");
  rmSync(join(scene.prefix, "lib/link"));
  const before = scene.tree();
  const [result, found] = await problems(scene, { repair: true });
  expect(result).toEqual({ packages: 3, files: 3, problems: 2, repaired: 0 });
  expect(found).toEqual([
    {
      kind: "changed",
      pkgname: "app-1.0",
      path: `${PREFIX}/bin/app`,
      message: `${PREFIX}/bin/app of app-1.0 is not as it was installed`,
      isRepairable: false,
    },
    expect.objectContaining({ kind: "missing", pkgname: "lib-1.2", path: `${PREFIX}/lib/link` }),
  ]);
  expect(scene.tree()).toEqual(before);
});

test("what can be made anew from the packing lists is, if that is asked for", async () => {
  const scene = await sceneOfThree();
  const good = scene.tree();
  const byFile = join(scene.pkgdb, "pkgdb.byfile.db");
  const entries = [...readByFile(byFile)].filter(([path]) => path !== `${PREFIX}/bin/app`);
  writeByFile(byFile, [...entries, [`${PREFIX}/gone`, "gone-1.0"]]);
  rmSync(join(scene.pkgdb, "app-1.0/+REQUIRED_BY"));
  writeFileSync(join(scene.pkgdb, "lib-1.2/+REQUIRED_BY"), "app-1.0\nstranger-1.0\n");
  rmSync(join(scene.prefix, "share/x"), { recursive: true });
  const bad = scene.tree();
  const [seen, found] = await problems(scene);
  expect(seen).toMatchObject({ problems: 6, repaired: 0 });
  expect(scene.tree()).toEqual(bad);
  expect(found.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    `directory: ${PREFIX}/share/x of app-1.0 is missing`,
    `owner: ${PREFIX}/bin/app is not known to be of app-1.0`,
    `directory: ${PREFIX}/share/x of lib-1.2 is missing`,
    `owner: ${PREFIX}/gone is said to be of gone-1.0, which is not installed`,
    "required-by: +REQUIRED_BY of app-1.0 should name top-3.0; it names none",
    "required-by: +REQUIRED_BY of lib-1.2 should name app-1.0, top-3.0; it names app-1.0, stranger-1.0",
  ]);
  // The directory is there again when the second package asks for it.
  expect((await problems(scene, { repair: true }))[0]).toMatchObject({ problems: 5, repaired: 5 });
  expect((await problems(scene))[0]).toMatchObject({ problems: 0 });
  expect(Object.keys(scene.tree())).toEqual(Object.keys(good));
  expect(ownerOf(scene.pkgdb, `${PREFIX}/bin/app`)).toBe("app-1.0");
});

test.each([
  ["missing", (path: string) => rmSync(path), /pkgdb\.byfile\.db is missing$/],
  ["damaged", (path: string) => writeFileSync(path, "x".repeat(4096)), /not a BerkeleyDB 1\.85 btree/],
])("a database that is %s is told of once, and made anew", async (_, damage, message) => {
  const scene = await sceneOfThree();
  const byFile = join(scene.pkgdb, "pkgdb.byfile.db");
  const entries = [...readByFile(byFile)];
  damage(byFile);
  const [, found] = await problems(scene, { repair: true });
  expect(found).toEqual([
    expect.objectContaining({ kind: "owner", message: expect.stringMatching(message) }),
  ]);
  expect([...readByFile(byFile)].map(([path]) => path)).toEqual(entries.map(([path]) => path));
  expect((await problems(scene))[0]).toMatchObject({ problems: 0 });
});

test("an owner that no list accounts for is noticed", async () => {
  const scene = await sceneOfThree();
  const byFile = join(scene.pkgdb, "pkgdb.byfile.db");
  writeByFile(byFile, [...readByFile(byFile), [`${PREFIX}/nowhere`, "app-1.0"]]);
  const [, found] = await problems(scene);
  expect(found.map(({ message }) => message)).toEqual([
    `${byFile} has 6 owners of installed packages, and their lists account for 5`,
  ]);
});

test("a dependency that is gone and a packing list that is damaged are told of", async () => {
  const scene = await sceneOfThree();
  await scene.remove("lib-1.2", { force: true });
  writeFileSync(join(scene.pkgdb, "top-3.0/+CONTENTS"), "nonsense\n");
  const [result, found] = await problems(scene, { repair: true });
  expect(result).toMatchObject({ problems: 3, repaired: 1 });
  expect(found.map(({ kind, pkgname }) => [kind, pkgname])).toEqual([
    ["metadata", "top-3.0"],
    ["dependency", "app-1.0"],
    ["required-by", "app-1.0"],
  ]);
});

test("directories are told of that have no packing list, unless they are for something else", async () => {
  const scene = await sceneOfThree();
  for (const name of ["cut-1.0", "odd", ".hidden", "pkgdb.refcount"]) mkdirSync(join(scene.pkgdb, name));
  writeFileSync(join(scene.pkgdb, "cut-1.0/+COMMENT"), "left by an interrupted installation\n");
  writeFileSync(join(scene.pkgdb, "pkg-vulnerabilities"), "");
  rmSync(join(scene.pkgdb, "pkgdb.byfile.db"));
  const [result, found] = await problems(scene, { repair: true });
  expect(result).toEqual({ packages: 3, files: 3, problems: 3, repaired: 1 });
  expect(found.filter(({ kind }) => kind !== "owner")).toEqual(
    ["cut-1.0", "odd"].map((name) => ({
      kind: "metadata",
      pkgname: undefined,
      path: undefined,
      message: `${join(scene.pkgdb, name)} is no package: it has no packing list`,
      isRepairable: false,
    })),
  );
});

test("of directories that very many packages share all are known, however the database came about", async () => {
  const scene = new Scene();
  for (let number = 0; number < 300; number++) {
    const name = `package-with-a-name-${number}-1.0`;
    mkdirSync(join(scene.pkgdb, name), { recursive: true });
    writeFileSync(join(scene.pkgdb, name, "+CONTENTS"), `@name ${name}\n@cwd ${PREFIX}\n@pkgdir share/x\n`);
  }
  await scene.install({ pkgname: "last-1.0", files: {}, pkgdirs: ["share/x"] });
  const [, kept] = await problems(scene);
  expect(kept).toEqual([]);
  const inStep = [...readByFile(join(scene.pkgdb, "pkgdb.byfile.db"))];
  expect(inStep[0]?.[1].split(" ")).toHaveLength(1 + 301);
  await scene.remove("last-1.0");
  expect((await problems(scene))[1]).toEqual([]);
});

test("paths that are too long for the system are no owners' and do not end a check", async () => {
  const scene = await sceneOfThree();
  const long = "long/".repeat(1000);
  const list = `@name long-1.0\n@cwd ${PREFIX}\n${long}file\n@pkgdir ${long}directory\n`;
  mkdirSync(join(scene.pkgdb, "long-1.0"));
  writeFileSync(join(scene.pkgdb, "long-1.0/+CONTENTS"), list);
  const [result, found] = await problems(scene, { repair: true });
  expect(found.map(({ kind, path, isRepairable }) => [kind, path, isRepairable])).toEqual([
    ["missing", `${PREFIX}/${long}file`, false],
    ["directory", `${PREFIX}/${long}directory`, false],
  ]);
  expect(result).toMatchObject({ problems: 2, repaired: 0 });
  rmSync(join(scene.pkgdb, "pkgdb.byfile.db"));
  await problems(scene, { repair: true });
  expect((await problems(scene))[1]).toHaveLength(2);
  await scene.remove("long-1.0");
  expect((await problems(scene))[1]).toEqual([]);
});

test("who needs what, and what satisfies it", async () => {
  const scene = await sceneOfThree();
  expect(dependenciesOf(scene.pkgdb, "top-3.0")).toEqual([
    { pattern: "app-[0-9]*", satisfiedBy: "app-1.0" },
    { pattern: "lib>=1.1", satisfiedBy: "lib-1.2" },
  ]);
  expect(installedPackage(scene.pkgdb, "lib-1.2").requiredBy).toEqual(["app-1.0", "top-3.0"]);
  expect(() => dependenciesOf(scene.pkgdb, "top-2.0")).toThrow("top-2.0 is not installed");
});
