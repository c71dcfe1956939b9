import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownerOf } from "pkg-install";
import { openCatalogue } from "summary-to-sqlite";
import { expect, test } from "vitest";
import { type Scene, setScene } from "./scene.ts";

const LIBGREET = {
  pkgname: "libgreet-1.0",
  files: { "lib/greet": "greet\n", "lib/link": { symlink: "greet" } },
};
const HELLO = { pkgname: "hello-1.0", depends: ["libgreet>=1.0"], files: { "bin/hello": "hello\n" } };

async function installedScene(): Promise<Scene> {
  const scene = await setScene([LIBGREET, HELLO]);
  await scene.pkgin(["-y", "install", "hello"]);
  return scene;
}

test("verify names every file that is not as it was installed", async () => {
  const scene = await installedScene();
  const { prefix } = scene;
  expect(await scene.pkgin(["verify"])).toEqual({
    status: 0,
    stdout: "",
    stderr: "3 files of 2 packages verified, 0 not as they were installed\n",
  });
  writeFileSync(join(prefix, "lib/greet"), "changed\n");
  unlinkSync(join(prefix, "lib/link"));
  symlinkSync("elsewhere", join(prefix, "lib/link"));
  rmSync(join(prefix, "bin/hello"));
  expect(await scene.pkgin(["verify"])).toEqual({
    status: 1,
    stdout:
      `${prefix}/bin/hello of hello-1.0 is missing\n` +
      `${prefix}/lib/greet of libgreet-1.0 is not as it was installed\n` +
      `${prefix}/lib/link of libgreet-1.0 is not as it was installed\n`,
    stderr: "3 files of 2 packages verified, 3 not as they were installed\n",
  });
  expect(JSON.parse((await scene.pkgin(["verify", "hello", "--json"])).stdout)).toMatchObject([
    { fullName: "hello-1.0", path: join(prefix, "bin/hello"), kind: "missing" },
  ]);
  expect((await scene.pkgin(["verify", "hello"])).stderr).toBe(
    "1 file of 1 package verified, 1 not as they were installed\n",
  );
  expect((await scene.pkgin(["verify", "nosuch"])).status).toBe(1);
});

test("doctor finds what does not fit together, and repairs it", async () => {
  const scene = await installedScene();
  const pkgdb = join(scene.prefix, "pkgdb");
  const cache = join(scene.prefix, "var/db/pkgin/cache");
  expect(await scene.pkgin(["doctor"])).toEqual({ status: 0, stdout: "", stderr: "All is well.\n" });

  writeFileSync(join(pkgdb, "pkgdb.byfile.db"), "damaged");
  writeFileSync(join(pkgdb, "libgreet-1.0/+REQUIRED_BY"), "nobody-1.0\n");
  writeFileSync(join(pkgdb, "hello-1.0/+INSTALLED_INFO"), "automatic=yes\n");
  writeFileSync(join(cache, "hello-1.0.tgz"), "damaged");
  symlinkSync("/nonexistent", join(cache, "gone-1.0.tgz"));
  const looked = await scene.pkgin(["-n", "doctor"]);
  expect(looked.status).toBe(1);
  expect(looked.stderr).toBe("5 found, of which 5 can be repaired.\n");
  expect(looked.stdout.split("\n").toSorted()).toEqual([
    "",
    expect.stringMatching(/^cache: .*gone-1\.0\.tgz leads to a file that is not there any more$/),
    expect.stringMatching(/^cache: .*hello-1\.0\.tgz has 7 bytes, where \d+ were expected$/),
    "catalogue: hello-1.0 is automatic, which the catalogue does not know",
    "dependents: +REQUIRED_BY of libgreet-1.0 should name hello-1.0; it names nobody-1.0",
    expect.stringMatching(/^owners: .*pkgdb\.byfile\.db/),
  ]);
  expect((await scene.pkgin(["doctor"], { input: "n\n" })).status).toBe(1);
  expect(existsSync(join(cache, "hello-1.0.tgz"))).toBe(true);

  const repaired = await scene.pkgin(["-y", "doctor"]);
  expect(repaired.status).toBe(0);
  expect(repaired.stderr).toContain("All of it was repaired.\n");
  expect(ownerOf(pkgdb, join(scene.prefix, "bin/hello"))).toBe("hello-1.0");
  expect(readFileSync(join(pkgdb, "libgreet-1.0/+REQUIRED_BY"), "utf8")).toBe("hello-1.0\n");
  expect((await scene.pkgin(["show-no-keep"])).stdout).toContain("hello-1.0 ");
  expect((await scene.pkgin(["doctor"])).stderr).toBe("All is well.\n");
});

test("what doctor cannot repair is told, and stays", async () => {
  const scene = await installedScene();
  const pkgdb = join(scene.prefix, "pkgdb");
  mkdirSync(join(pkgdb, "leftover-1.0.abcdef"));
  rmSync(join(pkgdb, "libgreet-1.0"), { recursive: true });
  const { status, stdout, stderr } = await scene.pkgin(["-y", "doctor"]);
  expect(status).toBe(1);
  expect(stdout).toContain("packages: hello-1.0 needs libgreet>=1.0, which is not installed\n");
  expect(stdout).toContain(`packages: ${pkgdb}/leftover-1.0.abcdef is no package: it has no packing list\n`);
  expect(stderr).toContain("Still there:\n");
  expect(JSON.parse((await scene.pkgin(["-n", "doctor", "--json"])).stdout)).toMatchObject([
    { area: "packages", repairable: false },
    { area: "packages", repairable: false },
  ]);
});

test("a ruined catalogue is put aside by the doctor, and what can be is read again", async () => {
  const scene = await installedScene();
  const database = join(scene.prefix, "var/db/pkgin/pkgin.db");
  const ruins = Buffer.alloc(9000, "ruined");
  for (const part of ["-wal", "-shm"]) rmSync(database + part, { force: true });
  writeFileSync(database, ruins);
  for (const args of [["list"], ["doctor"], ["-n", "doctor"]])
    expect(await scene.pkgin(args)).toEqual({
      status: 1,
      stdout: "",
      stderr: `pkgin: ${database} is no catalogue of packages; pkgin -y doctor puts it aside and makes it anew\n`,
    });
  const repaired = await scene.pkgin(["-y", "doctor"]);
  expect(repaired.stderr).toContain(
    `pkgin: ${database} was damaged, and is now ${database}.damaged; it is made anew\n`,
  );
  expect(readFileSync(`${database}.damaged`).equals(ruins)).toBe(true);
  expect((await scene.pkgin(["-p", "list"])).stdout).toMatch(/^hello-1\.0;.*\nlibgreet-1\.0;.*\n$/);
  expect((await scene.pkgin(["avail"])).stdout).toContain("hello-1.0");
});

test("a damaged catalogue that is put aside by itself is told of", async () => {
  const scene = await installedScene();
  const database = join(scene.prefix, "var/db/pkgin/pkgin.db");
  const bytes = readFileSync(database);
  writeFileSync(database, bytes.fill(0x55, 100, 4096));
  expect((await scene.pkgin(["list"])).stderr).toBe(
    `pkgin: ${database} was damaged, and is now ${database}.damaged; it is made anew\n`,
  );
});

/** Ruins what is in a catalogue, but not so that it could not be opened. */
async function ruinInside(scene: Scene): Promise<string> {
  const database = join(scene.prefix, "var/db/pkgin/pkgin.db");
  const db = openCatalogue(database);
  const page = db.connection.prepare("SELECT rootpage FROM sqlite_master WHERE name = ?").raw();
  const [root = 0] = page.get("remote_name") as number[];
  const [local = 0] = page.get("local_name") as number[];
  const size = db.connection.pragma("page_size", { simple: true }) as number;
  db.close();
  const bytes = readFileSync(database);
  for (const number of [root, local]) bytes.fill(0x55, (number - 1) * size, number * size);
  writeFileSync(database, bytes);
  return database;
}

test("a catalogue that is damaged inside is made anew, and what is kept, held and undone stays", async () => {
  const scene = await installedScene();
  await scene.pkgin(["hold", "hello"]);
  const history = (await scene.pkgin(["history"])).stdout;
  const database = await ruinInside(scene);
  for (const args of [
    ["keep", "hello"],
    ["search", "hello"],
    ["-f", "update"],
  ])
    expect([args, await scene.pkgin(args)]).toMatchObject([
      args,
      {
        status: 1,
        stderr: `pkgin: ${database} is damaged (database disk image is malformed); pkgin -y doctor puts it aside and makes it anew\n`,
      },
    ]);
  const looked = await scene.pkgin(["-n", "doctor"]);
  expect(looked).toMatchObject({ status: 1, stderr: "1 found, of which 1 can be repaired.\n" });
  expect(looked.stdout).toMatch(/^catalogue: \/.*pkgin\.db is damaged: .+\n$/);
  expect(JSON.parse((await scene.pkgin(["-n", "doctor", "--json"])).stdout)).toMatchObject([
    { area: "catalogue", repairable: true },
  ]);
  const repaired = await scene.pkgin(["-y", "doctor"]);
  expect(repaired.stderr).toBe(
    `1 found, of which 1 can be repaired.\npkgin: ${database} was damaged, and is now ${database}.damaged; it is made anew\nAll of it was repaired.\n`,
  );
  expect(repaired.status).toBe(0);
  expect(repaired.stdout).toContain(`processing remote summary (${scene.server.url})...\n`);
  expect((await scene.pkgin(["-p", "avail"])).stdout).toMatch(/^hello-1\.0;.*\nlibgreet-1\.0;.*\n$/);
  expect((await scene.pkgin(["show-keep"])).stdout).toMatch(/^hello-1\.0 .*\n$/);
  expect((await scene.pkgin(["show-no-keep"])).stdout).toMatch(/^libgreet-1\.0 .*\n$/);
  expect((await scene.pkgin(["hold"])).stdout).toMatch(/^hello-1\.0 /);
  expect((await scene.pkgin(["history"])).stdout).toBe(history);
  expect((await scene.pkgin(["doctor"])).stderr).toBe("All is well.\n");
});

test("a catalogue that lacks a table or view is put aside and read anew, with what is kept", async () => {
  const scene = await installedScene();
  const database = join(scene.prefix, "var/db/pkgin/pkgin.db");
  const verbs = [["list"], ["-n", "upgrade"], ["-y", "install", "hello"], ["-y", "doctor"]] as const;
  const parts = ["table local_package", "table revision", "view remote_pkg", "table repository"] as const;
  for (const [index, part] of parts.entries()) {
    const db = openCatalogue(database);
    db.connection.exec(`DROP ${part}`);
    db.close();
    const { status, stderr } = await scene.pkgin([...(verbs[index] ?? [])]);
    expect(stderr).toContain(
      `pkgin: ${database} was damaged, and is now ${database}.damaged; it is made anew\n`,
    );
    expect(status).toBe(0);
    expect((await scene.pkgin(["-p", "list"])).stdout).toMatch(/^hello-1\.0;.*\nlibgreet-1\.0;.*\n$/);
    expect((await scene.pkgin(["show-keep"])).stdout).toMatch(/^hello-1\.0 [^\n]*\n$/);
    expect((await scene.pkgin(["avail"])).stdout).toContain("hello-1.0");
    expect((await scene.pkgin(["doctor"])).stderr).toBe("All is well.\n");
  }
});

test("a directory in the catalogue's place is told of in plain words", async () => {
  const scene = await setScene([LIBGREET]);
  const database = join(scene.prefix, "var/db/pkgin/pkgin.db");
  mkdirSync(database, { recursive: true });
  for (const args of [["list"], ["-y", "doctor"]])
    expect(await scene.pkgin(args)).toEqual({
      status: 1,
      stdout: "",
      stderr: `pkgin: ${database}: a catalogue of packages was expected, found a directory; move it away or name another\n`,
    });
});
