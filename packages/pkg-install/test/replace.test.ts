import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { installedPackage, ownerOf } from "../src/index.ts";
import { PREFIX, Scene } from "./scene.ts";

const LOGGING = '#!/bin/sh\necho "$1 $2"\n';
const one = { pkgname: "tool-1.0", files: { "bin/tool": "one", "lib/only-one": "1", "etc/same": "same" } };
const two = { pkgname: "tool-2.0", files: { "bin/tool": "two", "lib/only-two": "2", "etc/same": "same" } };

describe("replacing", () => {
  test("leaves the new version's files and nothing of the old one", async () => {
    const scene = new Scene();
    await scene.install(one);
    expect(await scene.replace("tool-1.0", two)).toMatchObject({
      pkgname: "tool-2.0",
      changed: true,
      files: 3,
    });
    expect(scene.files()).toEqual(["bin/tool", "etc/same", "lib/only-two"]);
    expect(scene.read("bin/tool")).toBe("two");
    expect(ownerOf(scene.pkgdb, `${PREFIX}/lib/only-one`)).toBeUndefined();
    expect(ownerOf(scene.pkgdb, `${PREFIX}/bin/tool`)).toBe("tool-2.0");
  });

  test("keeps the old version's files until the new one's last script has succeeded", async () => {
    const scene = new Scene();
    const deinstall = LOGGING;
    await scene.install({ ...one, install: LOGGING, deinstall });
    const before = scene.tree();
    scene.said = "";
    const install = '#!/bin/sh\necho "$1 $2"\n[ $2 != POST-INSTALL ]\n';
    const replacing = scene.replace("tool-1.0", { ...two, install, deinstall });
    await expect(replacing).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT", stage: "POST-INSTALL" });
    expect(scene.tree()).toEqual(before);
    expect(scene.said.trim().split("\n")).toEqual([
      "tool-1.0 DEINSTALL",
      "tool-1.0 POST-DEINSTALL",
      "tool-2.0 PRE-INSTALL",
      "tool-2.0 POST-INSTALL",
      // And back, each undone by its opposite.
      "tool-2.0 DEINSTALL",
      "tool-2.0 POST-DEINSTALL",
      "tool-1.0 PRE-INSTALL",
      "tool-1.0 POST-INSTALL",
    ]);
  });

  test("hands on who needs it, that it must stay, and whether it was the user's wish", async () => {
    const scene = new Scene();
    await scene.install({ ...one, preserve: true }, { automatic: true });
    await scene.install({ pkgname: "user-1.0", files: {}, depends: ["tool>=1"] });
    await scene.replace("tool-1.0", two);
    const { requiredBy, isAutomatic, isPreserved } = installedPackage(scene.pkgdb, "tool-2.0");
    expect({ requiredBy, isAutomatic, isPreserved }).toEqual({
      requiredBy: ["user-1.0"],
      isAutomatic: true,
      isPreserved: true,
    });
    await scene.replace("tool-2.0", one, { automatic: false });
    expect(installedPackage(scene.pkgdb, "tool-1.0").isAutomatic).toBe(false);
  });

  test("does not take away what others need, unless that is allowed", async () => {
    const scene = new Scene();
    await scene.install(one);
    await scene.install({ pkgname: "user-1.0", files: {}, depends: ["tool<2"] });
    const message = "user-1.0 needs tool<2, which tool-2.0 would not satisfy in the place of tool-1.0";
    const before = scene.tree();
    await expect(scene.replace("tool-1.0", two)).rejects.toMatchObject({
      code: "ERR_INSTALL_BREAKS_DEPENDENT",
      message,
    });
    expect(scene.tree()).toEqual(before);
    await scene.replace("tool-1.0", two, { allowBrokenDependents: true });
    expect(scene.warnings).toEqual([message]);
  });

  test("leaves what the user changed, where the new version has nothing of that name", async () => {
    const scene = new Scene();
    await scene.install(one);
    scene.write("lib/only-one", "changed");
    scene.write("bin/tool", "changed");
    await scene.replace("tool-1.0", two);
    expect(scene.read("lib/only-one")).toBe("changed");
    expect(scene.read("bin/tool")).toBe("two");
    expect(scene.warnings).toEqual([
      `tool-1.0: ${PREFIX}/lib/only-one was left alone: it was changed since, or is another package's`,
    ]);
  });

  test("does not touch a configuration file that the package's scripts made from an example", async () => {
    const scene = new Scene();
    // As pkgsrc's scripts do: it is copied where there is none, and goes only as long as it is like the example.
    const install = `#!/bin/sh
cd "$PKG_DESTDIR$PKG_PREFIX" || exit 1
case $2 in POST-INSTALL) [ -e etc/rc ] || cp share/rc etc/rc ;; esac
`;
    const deinstall = `#!/bin/sh
cd "$PKG_DESTDIR$PKG_PREFIX" || exit 1
case $2 in DEINSTALL) cmp -s share/rc etc/rc && rm etc/rc ;; esac
exit 0
`;
    const scripts = { install, deinstall };
    const version = (pkgname: string, rc: string) => ({
      pkgname,
      files: { "share/rc": rc, "etc/x": "" },
      ...scripts,
    });
    await scene.install(version("tool-1.0", "a=1"));
    expect(scene.read("etc/rc")).toBe("a=1");
    await scene.replace("tool-1.0", version("tool-2.0", "a=2"));
    expect(scene.read("etc/rc")).toBe("a=2");
    scene.write("etc/rc", "a=mine");
    await scene.replace("tool-2.0", version("tool-3.0", "a=3"));
    await scene.remove("tool-3.0");
    expect(scene.files()).toEqual(["etc/rc"]);
    expect(scene.read("etc/rc")).toBe("a=mine");
    expect(scene.warnings).toEqual([]);
  });

  test("works for the same version as well", async () => {
    const scene = new Scene();
    await scene.install(one);
    await scene.replace("tool-1.0", { ...one, files: { "bin/tool": "rebuilt" } });
    expect(scene.files()).toEqual(["bin/tool"]);
    expect(scene.read("bin/tool")).toBe("rebuilt");
  });

  test("may turn a file into a link or a directory, and back", async () => {
    const scene = new Scene();
    const linked = { pkgname: "tool-2.0", files: { "bin/tool": "-> tool2", "etc/same/file": "deep" } };
    await scene.install(one);
    await scene.replace("tool-1.0", linked);
    expect(scene.files()).toEqual(["bin/tool", "etc/same/file"]);
    await scene.replace("tool-2.0", one);
    expect(scene.files()).toEqual(["bin/tool", "etc/same", "lib/only-one"]);
  });

  test("may turn a link into a directory, wherever it led, but a link that stays leads where it led", async () => {
    const scene = new Scene();
    mkdirSync(join(scene.root, "outside"));
    const outside = `-> ${scene.root}/outside`;
    const linked = { pkgname: "tool-1.0", files: { "share/tool": outside, "share/stays": "-> nowhere" } };
    await scene.install(linked);
    await scene.replace("tool-1.0", { pkgname: "tool-2.0", files: { "share/tool/data": "2" } });
    expect(scene.files()).toEqual(["share/tool/data"]);
    await scene.replace("tool-2.0", linked);
    const before = scene.tree();
    await scene.install({ pkgname: "other-1.0", files: {} });
    const other = scene.replace("other-1.0", { pkgname: "other-1.1", files: { "share/tool/x": "x" } });
    await expect(other).rejects.toMatchObject({ code: "ERR_INSTALL_UNSAFE_PATH" });
    await scene.remove("other-1.0");
    expect(Object.keys(scene.tree())).toEqual(Object.keys(before));
  });

  test("may turn a directory into a link, and nothing goes through that", async () => {
    const scene = new Scene();
    mkdirSync(join(scene.root, "outside/data/deep"), { recursive: true });
    await scene.install({ pkgname: "tool-1.0", files: { "share/tool/data/deep/file": "1" } });
    const linked = { pkgname: "tool-2.0", files: { "share/tool": `-> ${scene.root}/outside` } };
    await scene.replace("tool-1.0", linked);
    expect(scene.files()).toEqual(["share/tool"]);
    expect(scene.tree()).toHaveProperty(["outside/data/deep"]);
  });

  test("may go to another prefix", async () => {
    const scene = new Scene();
    await scene.install(one);
    await scene.replace("tool-1.0", { ...two, prefix: "/opt/other" });
    expect(scene.files()).toEqual([]);
    expect(scene.tree()).toHaveProperty(["opt/other/bin/tool"]);
    expect(ownerOf(scene.pkgdb, `${PREFIX}/bin/tool`)).toBeUndefined();
  });

  test("keeps a directory that the old version shared, where the new one does too", async () => {
    const scene = new Scene();
    await scene.install({ ...one, pkgdirs: ["share/common"] });
    await scene.replace("tool-1.0", { ...two, pkgdirs: ["share/common"] });
    expect(scene.tree()).toHaveProperty(["opt/example/share/common"]);
    await scene.replace("tool-2.0", one);
    expect(scene.tree()).not.toHaveProperty(["opt/example/share"]);
  });

  test("is only for another version of the same, which must be there", async () => {
    const scene = new Scene();
    await scene.install(one);
    const other = scene.replace("tool-1.0", { pkgname: "hammer-1.0", files: {} });
    await expect(other).rejects.toMatchObject({ code: "ERR_INSTALL_REPLACES_OTHER" });
    await expect(scene.replace("tool-0.9", two)).rejects.toMatchObject({ code: "ERR_PKGDB_NOT_INSTALLED" });
  });
});
