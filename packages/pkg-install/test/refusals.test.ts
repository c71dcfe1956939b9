import { appendFileSync } from "node:fs";
import { createAudit } from "pkg-archive";
import { matches, patternBases } from "pkg-pattern";
import { describe, expect, test } from "vitest";
import {
  ConflictError,
  DependencyError,
  FileConflictError,
  installedPackages,
  type InstallOptions,
  LicenseError,
  ownerOf,
  type Platform,
  VulnerableError,
} from "../src/index.ts";
import { rawPackage } from "./raw-package.ts";
import { PREFIX, Scene } from "./scene.ts";

const HERE: Platform = { opsys: "Linux", machineArch: "x86_64", osVersion: "6.1" };
const BUILD_INFO = {
  OPSYS: "Linux",
  OS_VERSION: "6.1",
  MACHINE_ARCH: "x86_64",
  PKGTOOLS_VERSION: "20091115",
};

/** Tries to install something, and makes sure that nothing is left of it. */
async function refusal(
  scene: Scene,
  what: Parameters<Scene["install"]>[0],
  options: Partial<InstallOptions> = {},
): Promise<unknown> {
  const before = scene.tree();
  const error: unknown = await scene.install(what, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(scene.tree()).toEqual(before);
  return error;
}

describe("another package", () => {
  test("that does not want this one, or that this one does not want", async () => {
    const scene = new Scene();
    await scene.install({ pkgname: "old-1.0", files: {}, conflicts: ["new-[0-9]*"] });
    const facts = { pkgname: "new-1.0", installed: "old-1.0", pattern: "new-[0-9]*" };
    const error = await refusal(scene, { pkgname: "new-1.0", files: {} });
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject(facts);
    const other = await refusal(scene, { pkgname: "third-1.0", files: {}, conflicts: ["old<2"] });
    expect(other).toMatchObject({ code: "ERR_INSTALL_CONFLICT", installed: "old-1.0", pattern: "old<2" });
  });

  test("that has a file of this one; with force it loses it, and a warning says so", async () => {
    const scene = new Scene();
    await scene.install({ pkgname: "first-1.0", files: { "bin/same": "first" } });
    const second = { pkgname: "second-1.0", files: { "bin/same": "second" } };
    const error = await refusal(scene, second);
    expect(error).toBeInstanceOf(FileConflictError);
    expect(error).toMatchObject({ path: `${PREFIX}/bin/same`, owner: "first-1.0" });
    await scene.install(second, { force: true });
    expect(scene.warnings).toEqual([
      `second-1.0 cannot be installed: ${PREFIX}/bin/same belongs to first-1.0`,
    ]);
    expect(ownerOf(scene.pkgdb, `${PREFIX}/bin/same`)).toBe("second-1.0");
    expect((await scene.remove("first-1.0")).leftAlone).toEqual([`${PREFIX}/bin/same`]);
    expect(scene.read("bin/same")).toBe("second");
  });

  test("of the same name and another version", async () => {
    const scene = new Scene();
    await scene.install({ pkgname: "same-1.0", files: {} });
    expect(await refusal(scene, { pkgname: "same-2.0", files: {} })).toMatchObject({
      code: "ERR_INSTALL_PRESENT",
      message: "same-2.0 cannot be installed: same-1.0 is; replace that instead",
    });
  });

  test("that is needed and missing; with force a warning says so", async () => {
    const scene = new Scene();
    const needy = { pkgname: "needy-1.0", files: {}, depends: ["needed>=2"] };
    await scene.install({ pkgname: "needed-1.9", files: {} });
    const error = await refusal(scene, needy);
    expect(error).toBeInstanceOf(DependencyError);
    expect(error).toMatchObject({ pattern: "needed>=2" });
    await scene.install(needy, { force: true });
    expect(scene.warnings).toEqual(["needy-1.0 needs needed>=2, which is not installed; install that first"]);
  });
});

describe("a package", () => {
  const build = (buildInfo: Readonly<Record<string, string>>) => ({
    pkgname: "built-1.0",
    files: {},
    buildInfo: { ...BUILD_INFO, ...buildInfo },
  });

  test.each([
    [{ OPSYS: "NetBSD" }, "built-1.0 was built for NetBSD/x86_64 6.1, but this is Linux/x86_64 6.1"],
    [{ MACHINE_ARCH: "aarch64" }, "built-1.0 was built for Linux/aarch64 6.1, but this is Linux/x86_64 6.1"],
  ])("for another platform: %j", async (buildInfo, message) => {
    const scene = new Scene();
    expect(await refusal(scene, build(buildInfo), { platform: HERE })).toMatchObject({
      code: "ERR_INSTALL_PLATFORM",
      message,
    });
    await scene.install(build(buildInfo), { platform: HERE, force: true });
    expect(scene.warnings).toEqual([message]);
  });

  test.each([
    ["Linux", "5.10", "6.1", false],
    ["NetBSD", "10.0", "10.0_STABLE", false],
    ["NetBSD", "10.0_RC1", "10.0_STABLE", false],
    ["NetBSD", "9.3", "10.0", true],
    ["SunOS", "5.11", "5.11.4", false],
    ["SunOS", "5.11", "5.10", true],
  ])("of %s %s on %s is warned about: %s", async (opsys, built, osVersion, isWarned) => {
    const scene = new Scene();
    const platform = { opsys, machineArch: "x86_64", osVersion };
    await scene.install(build({ OPSYS: opsys, OS_VERSION: built }), { platform });
    expect(scene.warnings).toHaveLength(isWarned ? 1 : 0);
  });

  test.each([
    ["29991231", "built-1.0 needs package tools of 29991231; this program knows packages up to 20260101"],
    ["4.2", 'built-1.0 says that it needs package tools of "4.2"; a date of eight digits was expected'],
    ["", 'built-1.0 says that it needs package tools of ""; a date of eight digits was expected'],
  ])("for tools of %j, unless it is forced; then a warning says so", async (version, message) => {
    const scene = new Scene();
    const spec = build({ PKGTOOLS_VERSION: version });
    expect(await refusal(scene, spec)).toMatchObject({ code: "ERR_INSTALL_TOOLS", message });
    await scene.install(spec, { force: true });
    expect(scene.warnings).toEqual([message]);
  });

  test("that does not say which tools it needs is put up with, and a warning says so", async () => {
    const scene = new Scene();
    const { PKGTOOLS_VERSION: _, ...buildInfo } = BUILD_INFO;
    await scene.install({ pkgname: "built-1.0", files: {}, buildInfo });
    expect(scene.warnings).toEqual(["built-1.0 does not say which package tools it needs"]);
  });

  test("for another prefix", async () => {
    expect(await refusal(new Scene(), build({}), { prefix: "/usr/pkg" })).toMatchObject({
      code: "ERR_INSTALL_PREFIX",
      message: `built-1.0 was built for the prefix ${PREFIX}, but /usr/pkg is used here; find a package built for /usr/pkg`,
    });
  });

  test("with a licence that is not acceptable", async () => {
    const scene = new Scene();
    const licenses = { acceptable: ["isc", "mit"] };
    const error = await refusal(scene, build({ LICENSE: "isc AND no-profit" }), { licenses });
    expect(error).toBeInstanceOf(LicenseError);
    expect(error).toMatchObject({ license: "isc AND no-profit" });
    const unclear = build({ LICENSE: "isc AND mit OR isc" });
    expect(await refusal(scene, unclear, { licenses })).toBeInstanceOf(LicenseError);
    const stated = { licenses: { ...licenses, mustBeStated: true } };
    for (const silent of [build({}), build({ LICENSE: "" })])
      expect(await refusal(scene, silent, stated)).toMatchObject({ message: "built-1.0 states no licence" });
    await scene.install(build({ LICENSE: "no-profit OR mit" }), stated);
    await scene.remove("built-1.0");
    await scene.install(build({}), { licenses });
  });

  test("that something is known against", async () => {
    const url = "https://example.org/advisory";
    const list = [{ pattern: "built<2", type: "code-injection", url }];
    const vulnerabilities = createAudit(list, { matches, patternBases });
    const error = await refusal(new Scene(), build({}), { vulnerabilities });
    expect(error).toBeInstanceOf(VulnerableError);
    expect(error).toMatchObject({ message: `built-1.0 is vulnerable:\n\tcode-injection, see ${url}` });
  });

  test("with a malformed pattern", async () => {
    const error = await refusal(new Scene(), rawPackage(["@pkgdep {a,b>=1"], []));
    expect(error).toMatchObject({ code: "ERR_INSTALL_PATTERN" });
  });
});

test("a malformed pattern of an installed package does not keep others away", async () => {
  const scene = new Scene();
  await scene.install({ pkgname: "odd-1.0", files: {} });
  appendFileSync(`${scene.pkgdb}/odd-1.0/+CONTENTS`, "@pkgcfl {a\n@pkgdep {b\n");
  await scene.install({ pkgname: "other-1.0", files: {} });
  await scene.remove("odd-1.0");
  expect(installedPackages(scene.pkgdb).map(({ name }) => name)).toEqual(["other-1.0"]);
});
