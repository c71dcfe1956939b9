import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SamplePackage } from "sample-repository";
import { expect, test } from "vitest";
import { findLocations } from "../src/config/locations.ts";
import { readInstallPolicy } from "../src/integrity/install-policy.ts";
import { defaultOptions } from "../src/options.ts";
import { Output } from "../src/report/output.ts";
import { installedNames } from "./installed-names.ts";
import { temporaryDirectory } from "./run-pkgin.ts";
import { type Scene, setScene } from "./scene.ts";

const HELLO: SamplePackage = { pkgname: "hello-1.0", depends: ["libgreet-[0-9]*"] };
const LIBRARY: SamplePackage = { pkgname: "libgreet-1.0" };
const ENTRIES = [
  "libgreet<1.1 remote-code-execution https://example.org/1",
  "libgreet>=1<2 denial-of-service https://example.org/2",
  "oldtool-[0-9]* eol https://example.org/eol",
];
const REFUSED = `libgreet-1.0 is vulnerable:
\tremote-code-execution, see https://example.org/1
\tdenial-of-service, see https://example.org/2
`;
const FAILING = '#!/bin/sh\n[ "$2" = PRE-INSTALL ] && exit 1\nexit 0\n';

function configure({ prefix }: Scene, ...lines: readonly string[]): void {
  mkdirSync(join(prefix, "etc"), { recursive: true });
  writeFileSync(join(prefix, "etc/pkg_install.conf"), lines.map((line) => `${line}\n`).join(""));
}

function publishList({ prefix }: Scene, directory = "pkgdb"): void {
  mkdirSync(join(prefix, directory), { recursive: true });
  const text = ["#FORMAT 1.1.0", ...ENTRIES].map((line) => `${line}\n`).join("");
  writeFileSync(join(prefix, directory, "pkg-vulnerabilities"), text);
}

/** The log without the lines that have the time. */
function errorLog({ prefix }: Scene): string {
  return readFileSync(join(prefix, "var/db/pkgin/pkg_install-err.log"), "utf8").replaceAll(
    /^\d{4}-.*\n/gm,
    "",
  );
}

function withLicense(pkgname: string, license: string): SamplePackage {
  return { pkgname, buildInfo: { LICENSE: license } };
}

test("with CHECK_LICENSE a package is refused whose licence is not acceptable", async () => {
  const scene = await setScene([
    withLicense("free-1", "isc AND (gnu-gpl-v2 OR no-profit)"),
    withLicense("shareware-1", "isc AND no-profit"),
    withLicense("silent-1", ""),
  ]);
  const install = () => scene.pkgin(["-y", "install", "free", "shareware", "silent"]);
  configure(scene, "CHECK_LICENSE=yes");
  const said =
    "the licence `isc AND no-profit' of shareware-1 is not acceptable; add it to ACCEPTABLE_LICENSES if it is\n";
  const run = await install();
  expect(run).toMatchObject({ status: 1, stderr: `pkgin: ${said}` });
  expect(run.stdout).toContain("pkg_install warnings: 0, errors: 1\n");
  expect(errorLog(scene)).toBe(`pkg_add: ${said}pkg_add: 1 package addition failed\n`);
  expect(installedNames(scene)).toEqual(["free-1", "silent-1"]);
  configure(scene, "CHECK_LICENSE=yes", "ACCEPTABLE_LICENSES=fee-based no-profit");
  expect(await install()).toMatchObject({ status: 0, stderr: "" });
});

test("licences that everybody accepts can be replaced, and packages may have to state one", async () => {
  const scene = await setScene([
    withLicense("free-1", "isc"),
    withLicense("own-1", "our-licence"),
    withLicense("silent-1", ""),
  ]);
  configure(scene, "CHECK_LICENSE=always", "DEFAULT_ACCEPTABLE_LICENSES=our-licence");
  const { status, stderr } = await scene.pkgin(["-y", "install", "free", "own", "silent"]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      "pkgin: silent-1 states no licence\n" +
      "pkgin: the licence `isc' of free-1 is not acceptable; add it to ACCEPTABLE_LICENSES if it is\n",
  });
  expect(installedNames(scene)).toEqual(["own-1"]);
});

test("with CHECK_VULNERABILITIES=always a package is refused that something is known against", async () => {
  const scene = await setScene([HELLO, LIBRARY, { pkgname: "oldtool-2" }]);
  const install = () => scene.pkgin(["-y", "install", "hello", "oldtool"]);
  configure(scene, "CHECK_VULNERABILITIES=always", `PKGVULNDIR=${scene.prefix}/vulns`);
  publishList(scene, "vulns");
  const run = await install();
  expect(run.status).toBe(1);
  expect(run.stderr).toBe(
    `pkgin: ${REFUSED}pkgin: hello-1.0 needs libgreet-[0-9]*, which is not installed; install that first\n`,
  );
  expect(errorLog(scene)).toBe(
    `pkg_add: ${REFUSED}pkg_add: 1 package addition failed\n` +
      "pkg_add: Can't install dependency libgreet-[0-9]*\npkg_add: 1 package addition failed\n",
  );
  expect(installedNames(scene)).toEqual(["oldtool-2"]);
});

test("IGNORE_URL and CHECK_END_OF_LIFE say what counts, and a list that is old is told of", async () => {
  const scene = await setScene([LIBRARY, { pkgname: "oldtool-2" }]);
  const ignored = ["IGNORE_URL=https://example.org/1", "IGNORE_URL=https://example.org/2"];
  configure(scene, "CHECK_VULNERABILITIES=always", "CHECK_END_OF_LIFE=yes", ...ignored);
  publishList(scene);
  const file = join(scene.prefix, "pkgdb/pkg-vulnerabilities");
  utimesSync(file, new Date("2026-01-02"), new Date("2026-01-02"));
  expect(await scene.pkgin(["-y", "install", "libgreet", "oldtool"])).toMatchObject({
    status: 1,
    stderr:
      `pkgin: ${file} is of 2026-01-02; newer weaknesses are not in it\n` +
      "pkgin: oldtool-2 is vulnerable:\n\teol, see https://example.org/eol\n",
  });
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
});

test("with CHECK_VULNERABILITIES=interactive the user is asked, and whoever cannot be asked has not agreed", async () => {
  const scene = await setScene([LIBRARY, { pkgname: "oldtool-2" }]);
  configure(scene, "CHECK_VULNERABILITIES=interactive");
  publishList(scene);
  const unasked = await scene.pkgin(["-y", "install", "libgreet"]);
  expect(unasked).toMatchObject({ status: 1, stderr: `pkgin: ${REFUSED}` });
  expect(unasked.stdout).not.toContain("proceed");
  const question =
    "Package libgreet-1.0 has a remote-code-execution vulnerability, see https://example.org/1\n" +
    "Package libgreet-1.0 has a denial-of-service vulnerability, see https://example.org/2\n";
  for (const input of ["y\n", "y\nn\n"]) {
    const refused = await scene.pkgin(["install", "libgreet"], { input });
    expect(refused).toMatchObject({ status: 1, stderr: `${question}pkgin: ${REFUSED}` });
    expect(refused.stdout).toContain("installing libgreet-1.0...\nproceed ? [y/N] ");
  }
  expect(installedNames(scene)).toEqual([]);
  const agreed = await scene.pkgin(["install", "libgreet", "oldtool"], { input: "y\ny\n" });
  expect(agreed).toMatchObject({ status: 0, stderr: question });
  expect(installedNames(scene)).toEqual(["libgreet-1.0", "oldtool-2"]);
});

test("a list that is not there keeps installations from beginning only where it always has to be looked at", async () => {
  const scene = await setScene([LIBRARY]);
  const install = () => scene.pkgin(["-y", "install", "libgreet"]);
  configure(scene, "CHECK_VULNERABILITIES=always");
  expect(await install()).toMatchObject({
    status: 1,
    stderr: `pkgin: CHECK_VULNERABILITIES=always asks for ${scene.prefix}/pkgdb/pkg-vulnerabilities, which is not there: pkgin audit gets it\n`,
  });
  expect(scene.server.requests.filter((line) => line.includes(".tgz"))).toEqual([]);
  configure(scene, "CHECK_LICENSE=perhaps");
  expect((await install()).stderr).toBe(
    `pkgin: ${scene.prefix}/etc/pkg_install.conf: CHECK_LICENSE was expected to be no or yes or always, found "perhaps"\n`,
  );
  configure(scene, "CHECK_VULNERABILITIES=interactive");
  expect(await install()).toMatchObject({ status: 0, stderr: "" });
});

test("nothing is held against packages where pkg_install.conf does not say so", async () => {
  const scene = await setScene([LIBRARY, withLicense("shareware-1", "no-profit"), { pkgname: "oldtool-2" }]);
  publishList(scene);
  expect(await scene.pkgin(["-y", "install", "libgreet"])).toMatchObject({ status: 0, stderr: "" });
  configure(scene, "ACCEPTABLE_LICENSES=isc", "CHECK_END_OF_LIFE=yes");
  expect(await scene.pkgin(["-y", "install", "shareware", "oldtool"])).toMatchObject({
    status: 0,
    stderr: "",
  });
});

test("what was installed before is put back whatever is known against it by now", async () => {
  const scene = await setScene([LIBRARY]);
  await scene.pkgin(["-y", "install", "libgreet"]);
  configure(scene, "CHECK_VULNERABILITIES=always");
  publishList(scene);
  await scene.publish([
    { pkgname: "newgreet-1.0", buildInfo: { SUPERSEDES: "libgreet<=1.0" }, install: FAILING },
  ]);
  const { status, stderr } = await scene.pkgin(["-fy", "upgrade"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/\npkgin: libgreet-1\.0 was put back\n$/);
  expect(installedNames(scene)).toEqual(["libgreet-1.0"]);
});

test("with CHECK_OS_VERSION=no it does not matter which version of the system a package is for", async () => {
  const prefix = temporaryDirectory();
  const environment = {};
  const options = { ...defaultOptions(), prefix };
  const locations = findLocations(options, environment);
  const host = { opsys: "NetBSD", machineArch: "x86_64", osVersion: "10.1" };
  const { signal } = new AbortController();
  const setting = { command: [], options, environment, locations, host, output: new Output(), signal };
  const platform = async () => (await (await readInstallPolicy(setting))("hello-1.0")).platform;
  expect(await platform()).toEqual(host);
  mkdirSync(join(prefix, "etc"));
  writeFileSync(join(prefix, "etc/pkg_install.conf"), "CHECK_OS_VERSION=no\n");
  expect(await platform()).toEqual({ ...host, osVersion: undefined });
});
