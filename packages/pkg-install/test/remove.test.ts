import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installedPackage, installedPackages, readByFile, setAutomatic } from "../src/index.ts";
import { rawPackage } from "./raw-package.ts";
import { PREFIX, Scene } from "./scene.ts";

const tool = {
  pkgname: "tool-1.0",
  files: { "bin/tool": "tool", "etc/tool.conf": "a=1", "lib/link": "-> tool" },
};

test("everything of a package goes, and its directories with it", async () => {
  const scene = new Scene();
  await scene.install(tool);
  expect(await scene.remove("tool-1.0")).toEqual({ pkgname: "tool-1.0", files: 3, leftAlone: [] });
  expect(Object.keys(scene.tree())).toEqual(["", "opt", "opt/example", "pkgdb", "pkgdb/pkgdb.byfile.db"]);
  expect([...readByFile(join(scene.pkgdb, "pkgdb.byfile.db"))]).toEqual([]);
});

test("what was changed since is left alone and reported, unless it is to go as well", async () => {
  for (const deleteChanged of [false, true]) {
    const scene = new Scene();
    await scene.install(tool);
    scene.write("etc/tool.conf", "a=2");
    rmSync(join(scene.prefix, "lib/link"));
    symlinkSync("elsewhere", join(scene.prefix, "lib/link"));
    rmSync(join(scene.prefix, "bin/tool"));
    const left = ["etc/tool.conf", "lib/link"];
    expect(await scene.remove("tool-1.0", { deleteChanged })).toEqual({
      pkgname: "tool-1.0",
      files: deleteChanged ? 2 : 0,
      leftAlone: deleteChanged ? [] : left.map((path) => `${PREFIX}/${path}`),
    });
    expect(scene.files()).toEqual(deleteChanged ? [] : left);
    expect(installedPackages(scene.pkgdb)).toEqual([]);
  }
});

test("a directory stays while somebody else has something in it", async () => {
  const scene = new Scene();
  await scene.install(tool);
  scene.write("etc/mine", "mine");
  await scene.remove("tool-1.0");
  expect(scene.files()).toEqual(["etc/mine"]);
});

test("what others need stays, unless it is forced; then they have lost it", async () => {
  const scene = new Scene();
  await scene.install(tool);
  await scene.install({ pkgname: "user-1.0", files: {}, depends: ["tool-[0-9]*"] });
  await expect(scene.remove("tool-1.0")).rejects.toMatchObject({ requiredBy: ["user-1.0"] });
  await scene.remove("user-1.0");
  expect(installedPackage(scene.pkgdb, "tool-1.0").requiredBy).toEqual([]);
  await scene.install({ pkgname: "user-1.0", files: {}, depends: ["tool-[0-9]*"] });
  await scene.remove("tool-1.0", { force: true });
  expect(installedPackages(scene.pkgdb).map(({ name }) => name)).toEqual(["user-1.0"]);
});

test("what must be preserved stays, also when forced, unless it is said in so many words", async () => {
  const scene = new Scene();
  await scene.install({ ...tool, preserve: true });
  const removing = scene.remove("tool-1.0", { force: true });
  await expect(removing).rejects.toMatchObject({ code: "ERR_INSTALL_PRESERVED" });
  await scene.remove("tool-1.0", { evenIfPreserved: true });
  expect(installedPackages(scene.pkgdb)).toEqual([]);
});

test.each(["DEINSTALL", "POST-DEINSTALL"])("when %s fails all is as before, unless forced", async (stage) => {
  const scene = new Scene();
  await scene.install({ ...tool, deinstall: `#!/bin/sh\n[ $2 != ${stage} ]\n`, unexec: ["true"] });
  const before = scene.tree();
  await expect(scene.remove("tool-1.0")).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT", stage });
  expect(scene.tree()).toEqual(before);
  await scene.remove("tool-1.0", { force: true });
  expect(scene.warnings).toContain(`the ${stage} script of tool-1.0 ended with status 1`);
  expect(scene.files()).toEqual([]);
});

test("a configuration file that the package's scripts made is theirs", async () => {
  const scene = new Scene();
  const install =
    "#!/bin/sh\n[ $2 != POST-INSTALL ] || cp $PKG_DESTDIR$PKG_PREFIX/bin/tool $PKG_DESTDIR$PKG_PREFIX/etc/rc\n";
  await scene.install({ ...tool, install });
  await scene.remove("tool-1.0");
  expect(scene.files()).toEqual(["etc/rc"]);
});

test("an old directory entry goes when it is empty", async () => {
  const scene = new Scene();
  await scene.install(
    rawPackage(
      ["@exec mkdir -p var/empty var/full && touch var/full/x", "@dirrm var/empty", "@dirrm var/full"],
      [],
    ),
  );
  await scene.remove("raw-1.0");
  expect(scene.files()).toEqual(["var/full/x"]);
  expect(existsSync(join(scene.prefix, "var/empty"))).toBe(false);
});

test("the automatic flag is set and cleared without touching what else is noted", async () => {
  const scene = new Scene();
  await scene.install(tool);
  const read = (): string | undefined => installedPackage(scene.pkgdb, "tool-1.0").read("+INSTALLED_INFO");
  setAutomatic(scene.pkgdb, "tool-1.0", true);
  expect(read()).toBe("automatic=yes\n");
  setAutomatic(scene.pkgdb, "tool-1.0", false);
  expect(read()).toBeUndefined();
  expect(() => setAutomatic(scene.pkgdb, "tool-2.0", true)).toThrow("tool-2.0 is not installed");
});

test("nothing is done when it is no longer wanted before it begins", async () => {
  const scene = new Scene();
  await scene.install({ pkgname: "empty-1.0", files: {} });
  const before = scene.tree();
  const signal = AbortSignal.abort(new Error("no longer wanted"));
  await expect(scene.remove("empty-1.0", { signal })).rejects.toThrow("no longer wanted");
  expect(scene.tree()).toEqual(before);
});
