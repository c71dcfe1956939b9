import { chmodSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ScriptError } from "../src/index.ts";
import { rawPackage } from "./raw-package.ts";
import { PREFIX, Scene } from "./scene.ts";

/** Says all that a script is told. */
const TELLING = `#!/bin/sh
echo "$2 of $1 in \${PWD#$PKG_DESTDIR} by \${0#$PKG_DESTDIR}: $PKG_PREFIX $PKG_METADATA_DIR \${PKG_REFCOUNT_DBDIR#$PKG_DESTDIR} $PKG_CONFIG"
`;
const place = "/pkgdb/told-1.0";

test("scripts are told where they are, and what the caller's environment says", async () => {
  const scene = new Scene();
  const told = { pkgname: "told-1.0", files: {}, install: TELLING, deinstall: TELLING };
  const environment = { PATH: process.env["PATH"], PKG_CONFIG: "no" };
  await scene.install(told, { environment });
  await scene.remove("told-1.0", { environment });
  const line = (script: string, stage: string): string =>
    `${stage} of told-1.0 in ${place} by ${place}/+${script}: ${PREFIX} ${place} /pkgdb.refcount no\n`;
  expect(scene.said).toBe(
    line("INSTALL", "PRE-INSTALL") +
      line("INSTALL", "POST-INSTALL") +
      line("DEINSTALL", "DEINSTALL") +
      line("DEINSTALL", "POST-DEINSTALL"),
  );
});

test("their output may go to descriptors", async () => {
  const scene = new Scene();
  const path = join(scene.root, "output");
  const fd = openSync(path, "w");
  const install = "#!/bin/sh\necho loud; echo louder >&2\n";
  const spec = { pkgname: "loud-1.0", files: {}, install };
  await scene.install(spec, { output: { stdout: fd, stderr: fd } });
  expect(readFileSync(path, "utf8")).toBe("loud\nlouder\nloud\nlouder\n");
});

test("a service that a script starts is not waited for", async () => {
  const scene = new Scene();
  const install = "#!/bin/sh\n[ $2 = POST-INSTALL ] || exit 0\nsleep 1000 &\necho $!\n";
  await scene.install({ pkgname: "service-1.0", files: {}, install });
  expect(process.kill(Number(scene.said))).toBe(true);
});

test("a script that goes on for ever ends when the signal is aborted, and all is taken back", async () => {
  const scene = new Scene();
  const abort = new AbortController();
  const install = "#!/bin/sh\n[ $2 = PRE-INSTALL ] || { echo begun; exec sleep 1000; }\n";
  const installing = scene.install(
    { pkgname: "slow-1.0", files: { "bin/slow": "" }, install },
    { signal: abort.signal, output: () => abort.abort(new Error("no longer wanted")) },
  );
  await expect(installing).rejects.toThrow("no longer wanted");
  expect(existsSync(scene.prefix)).toBe(false);
});

test("a script that does not end when it is asked to is killed", async () => {
  const scene = new Scene();
  const abort = new AbortController();
  const install =
    "#!/bin/sh\n[ $2 = PRE-INSTALL ] || exit 0\ntrap '' TERM\necho begun\nwhile :; do sleep 1; done\n";
  const installing = scene.install(
    { pkgname: "deaf-1.0", files: { "bin/deaf": "" }, install },
    { signal: abort.signal, output: () => abort.abort(new Error("no longer wanted")) },
  );
  await expect(installing).rejects.toThrow("no longer wanted");
  expect(existsSync(scene.prefix)).toBe(false);
}, 60_000);

test("a script that is not executable is made so before it is called for the last time", async () => {
  const scene = new Scene();
  await scene.install({ pkgname: "old-1.0", files: {}, deinstall: TELLING });
  chmodSync(join(scene.pkgdb, "old-1.0/+DEINSTALL"), 0o444);
  await scene.remove("old-1.0");
  expect(scene.said).toContain("POST-DEINSTALL of old-1.0");
});

test.each(["PRE-INSTALL", "POST-INSTALL"])("when %s fails, nothing has been installed", async (stage) => {
  const scene = new Scene();
  const spec = { files: { "bin/a": "a" }, exec: ["touch made"], unexec: ["rm made"] };
  const install = `#!/bin/sh\n[ $2 != ${stage} ] || { echo no such luck >&2; exit 3; }\n`;
  const installing = scene.install({ pkgname: "bad-1.0", ...spec, install });
  await expect(installing).rejects.toThrow(ScriptError);
  await expect(installing).rejects.toThrow(
    `the ${stage} script of bad-1.0 ended with status 3: no such luck`,
  );
  expect(existsSync(scene.prefix)).toBe(false);
  expect(existsSync(scene.pkgdb)).toBe(false);
});

test("a script that is not there to be run is a failure like any other", async () => {
  const scene = new Scene();
  const installing = scene.install({ pkgname: "bad-1.0", files: {}, install: "#!/nonexistent/sh\n" });
  await expect(installing).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT", stage: "PRE-INSTALL" });
});

test("commands run in the prefix, in their place in the list, with their placeholders filled in", async () => {
  const scene = new Scene();
  const lines = [
    "bin/it's",
    "@exec test -e bin/it\\'s && test ! -e lib/late && echo %D %F %B %f %%",
    "@unexec test ! -e bin/it\\'s && echo gone %f",
    "lib/late",
    "@exec test -e lib/late && echo late",
  ];
  await scene.install(rawPackage(lines, [{ name: "bin/it's" }, { name: "lib/late" }]));
  expect(scene.said).toBe(`${PREFIX} bin/it's ${PREFIX}/bin it's %%\nlate\n`);
  scene.said = "";
  await scene.remove("raw-1.0");
  expect(scene.said).toBe("gone it's\n");
  expect(scene.warnings).toEqual([]);
});

test("a command that fails is told of, and no more", async () => {
  const scene = new Scene();
  await scene.install(rawPackage(["@exec exit 5", "@unexec exit 6"], []));
  await scene.remove("raw-1.0");
  expect(scene.warnings).toEqual([
    "raw-1.0: `exit 5' ended with status 5",
    "raw-1.0: `exit 6' ended with status 6",
  ]);
});
