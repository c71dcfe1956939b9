import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { DamagedError, DigestError } from "pkg-archive";
import { describe, expect, test, vi } from "vitest";
import { install, installedPackage, installedPackages, ownerOf, recover } from "../src/index.ts";
import { makePackage } from "./make-package.ts";
import { rawPackage } from "./raw-package.ts";
import { PREFIX, Scene } from "./scene.ts";

const HELLO = {
  pkgname: "hello-1.0",
  files: { "bin/hello": "#!/bin/sh\necho hello\n", "lib/link": "-> ../bin/hello", "share/hello/text": "hi" },
};

describe("installing", () => {
  test("puts the files in place and notes whose they are", async () => {
    const scene = new Scene();
    const result = await scene.install({ ...HELLO, display: "Have fun.\n" });
    expect(result).toEqual({
      pkgname: "hello-1.0",
      prefix: PREFIX,
      changed: true,
      files: 3,
      bytes: 23,
      display: "Have fun.\n",
    });
    expect(scene.files()).toEqual(["bin/hello", "lib/link", "share/hello/text"]);
    expect(scene.mode("bin/hello")).toBe(0o755);
    expect(ownerOf(scene.pkgdb, `${PREFIX}/lib/link`)).toBe("hello-1.0");
    expect(ownerOf(scene.pkgdb, `${PREFIX}/lib`)).toBeUndefined();
    expect(readdirSync(scene.root).toSorted()).toEqual(["opt", "pkgdb"]);
    expect(readdirSync(scene.prefix).toSorted()).toEqual(["bin", "lib", "share"]);
  });

  test("keeps the times that the package has", async () => {
    const scene = new Scene();
    await scene.install(HELLO);
    expect(statSync(join(scene.prefix, "bin/hello")).mtime).toEqual(new Date("2026-05-04T03:02:01Z"));
  });

  test("gives files times before 1970, too", async () => {
    const scene = new Scene();
    const buildInfo = {
      OPSYS: "Linux",
      OS_VERSION: "6.1",
      MACHINE_ARCH: "x86_64",
      BUILD_DATE: "1957-10-04 19:28:34 +0000",
    };
    await scene.install({ ...HELLO, buildInfo });
    for (const path of ["bin/hello", "lib/link"])
      expect(lstatSync(join(scene.prefix, path)).mtime).toEqual(new Date("1957-10-04T19:28:34Z"));
  });

  test("makes one file of two hard links", async () => {
    const scene = new Scene();
    const entries = [
      { name: "bin/one", content: "1" },
      { name: "bin/two", type: "1", target: "bin/one" },
    ];
    await scene.install(rawPackage(["bin/one", "bin/two"], entries));
    const [one, two] = ["bin/one", "bin/two"].map((path) => statSync(join(scene.prefix, path)));
    expect(one?.ino).toBe(two?.ino);
  });

  test("of what is there changes only the automatic flag, and only towards the user's wish", async () => {
    const scene = new Scene();
    await scene.install(HELLO, { automatic: true });
    const isAutomatic = (): boolean => installedPackage(scene.pkgdb, "hello-1.0").isAutomatic;
    expect((await scene.install(HELLO, { automatic: true })).changed).toBe(false);
    expect(isAutomatic()).toBe(true);
    expect((await scene.install(HELLO)).changed).toBe(false);
    expect(isAutomatic()).toBe(false);
    await scene.install(HELLO, { automatic: true });
    expect(isAutomatic()).toBe(false);
  });

  test("tells each package that it is needed, the best one for a pattern", async () => {
    const scene = new Scene();
    for (const pkgname of ["db4-4.8", "db5-5.3", "other-1"]) await scene.install({ pkgname, files: {} });
    await scene.install({ ...HELLO, depends: ["{db4,db5}>=4", "db5-[0-9]*", "other-[0-9]*"] });
    const requiredBy = (name: string): readonly string[] => installedPackage(scene.pkgdb, name).requiredBy;
    expect(["db4-4.8", "db5-5.3", "other-1"].map(requiredBy)).toEqual([[], ["hello-1.0"], ["hello-1.0"]]);
  });

  test("replaces a file of nobody, and brings it back when it does not go well", async () => {
    const scene = new Scene();
    scene.write("bin/hello", "my own");
    const before = scene.tree();
    const failing = { ...HELLO, install: "#!/bin/sh\n[ $2 != POST-INSTALL ]\n" };
    await expect(scene.install(failing)).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT" });
    expect(scene.tree()).toEqual(before);
    await scene.install(HELLO);
    expect(scene.read("bin/hello")).toBe(HELLO.files["bin/hello"]);
  });

  test("shares a directory among packages until the last of them has gone", async () => {
    const scene = new Scene();
    const sharing = (pkgname: string) => ({ pkgname, files: {}, pkgdirs: ["share/common"] });
    await scene.install(sharing("one-1"));
    await scene.install(sharing("two-1"));
    await scene.remove("one-1");
    expect(existsSync(join(scene.prefix, "share/common"))).toBe(true);
    await scene.remove("two-1");
    expect(existsSync(join(scene.prefix, "share"))).toBe(false);
  });
});

test("new directories come as a whole, with shared ones in them, or file by file where something else made them", async () => {
  const scene = new Scene();
  const lines = [
    "@pkgdir new/a/shared",
    "new/a/x",
    "new/b/y",
    "@pkgdir new/c",
    "@exec mkdir made",
    "@unexec true",
  ];
  const paths = ["new/a/x", "new/b/y", "made/z"];
  const entries = paths.map((name) => ({ name, content: name }));
  await scene.install(rawPackage([...lines, "made/z", "@pkgdir made/shared"], entries));
  const directories = Object.keys(scene.tree()).filter((path) => /(new|made)/.test(path));
  expect(directories.map((path) => path.slice("opt/example/".length))).toEqual(
    "made made/shared made/z new new/a new/a/shared new/a/x new/b new/b/y new/c".split(" "),
  );
  expect(scene.mode("new/a")).toBe(0o755);
  await scene.remove("raw-1.0");
  expect(Object.keys(scene.tree())).toEqual(["", "opt", "opt/example", "pkgdb", "pkgdb/pkgdb.byfile.db"]);
});

/** The number of the machine's user of that name, where there is one. */
const nobody = /^nobody:[^:]*:(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"))?.slice(1).map(Number)[0];

describe("modes and owners", () => {
  const lines = ["bin/a", "@mode 0750", "bin/b", "@mode", "bin/c", "@mode 4755", "bin/d"];
  const entries = [
    { name: "bin/a", mode: 0o711 },
    { name: "bin/b", mode: 0o644 },
    { name: "bin/c", mode: 0o6755 },
    { name: "bin/d", mode: 0o755 },
  ];

  test("come from the packing list before the archive; set-user-id bits only from the list, and are told of", async () => {
    const scene = new Scene();
    await scene.install(rawPackage(lines, entries));
    expect(entries.map(({ name }) => scene.mode(name))).toEqual([0o711, 0o750, 0o755, 0o4755]);
    expect(scene.warnings).toEqual([
      "raw-1.0: bin/c has mode 6755 in the archive but not in the packing list; it gets 0755",
      "raw-1.0: bin/d gets mode 4755, as its packing list says",
    ]);
  });

  test("are the same for all files of a directory, whatever the umask takes away", async () => {
    const scene = new Scene();
    const names = ["bin/a", "bin/b", "lib/a", "bin/c", "bin/d"];
    const modes = [0o644, 0o644, 0o644, 0o755, 0o644];
    const umask = process.umask(0o077);
    try {
      await scene.install(
        rawPackage(
          names,
          names.map((name, index) => ({ name, mode: modes[index] })),
        ),
      );
    } finally {
      process.umask(umask);
    }
    expect(names.map((name) => scene.mode(name))).toEqual(modes);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "go before those that a directory gives to what is made in it (skipped unless root)",
    async () => {
      const scene = new Scene();
      mkdirSync(scene.prefix, { recursive: true });
      chownSync(scene.prefix, 0, 4321);
      chmodSync(scene.prefix, 0o2755);
      const list = ["bin/a", "lib/a", "bin/b", "@group 4321", "bin/c", "bin/d"];
      const names = list.filter((line) => !line.startsWith("@"));
      await scene.install(
        rawPackage(
          list,
          names.map((name) => ({ name })),
        ),
      );
      expect(names.map((name) => statSync(join(scene.prefix, name)).gid)).toEqual([0, 0, 0, 4321, 4321]);
    },
  );

  test.skipIf(process.geteuid?.() !== 0)(
    "have set-user-id bits, which the system takes away when one who is not root writes to a file (skipped unless root)",
    async () => {
      const scene = new Scene();
      chownSync(scene.root, 65534, 65534);
      const list = ["@mode 4755", "bin/empty", "bin/a", "bin/b"];
      const contents = ["", "a", "b"];
      const files = contents.map((content, index) => ({ name: list[index + 1] ?? "", content }));
      process.seteuid?.(65534);
      try {
        await scene.install(rawPackage(list, files));
      } finally {
        process.seteuid?.(0);
      }
      expect(files.map(({ name }) => scene.mode(name))).toEqual([0o4755, 0o4755, 0o4755]);
      expect(statSync(join(scene.prefix, "bin/a")).uid).toBe(65534);
    },
  );

  test.skipIf(process.getuid?.() !== 0)("owners are set (skipped unless root)", async () => {
    const scene = new Scene();
    await scene.install(
      rawPackage(["@owner 1234", "@group 4321", "bin/a", "@owner", "@group", "bin/b"], entries.slice(0, 2)),
    );
    const owners = ["bin/a", "bin/b"].map((path) => statSync(join(scene.prefix, path)));
    expect(owners.map(({ uid, gid }) => [uid, gid])).toEqual([
      [1234, 4321],
      [0, 0],
    ]);
  });

  test.skipIf(process.getuid?.() !== 0 || nobody === undefined)(
    "may be names of the machine's; what nobody is called counts for nothing (skipped unless root)",
    async () => {
      const scene = new Scene();
      const list = ["@owner nobody", "@mode 4711", "bin/a", "@owner nobody-of-this-name", "@mode", "bin/b"];
      await scene.install(rawPackage(list, entries.slice(0, 2)));
      const owners = ["bin/a", "bin/b"].map((path) => statSync(join(scene.prefix, path)).uid);
      expect(owners).toEqual([nobody, 0]);
      // Giving a file away would take the bit.
      expect(scene.mode("bin/a")).toBe(0o4711);
    },
  );
});

describe("while the package arrives", () => {
  const contents = ["1", "2"].map((digit) => digit.repeat(10_000));
  const bytes = rawPackage(
    ["first", "second"],
    contents.map((content, index) => ({ name: index === 0 ? "first" : "second", content })),
  );
  const most = bytes.subarray(0, -5000);

  test("its files are unpacked beside the prefix, and go when that is cut off", async () => {
    const scene = new Scene();
    const source = new PassThrough({ highWaterMark: 1 });
    const abort = new AbortController();
    const installing = install(source, { ...scene.options, signal: abort.signal });
    const failure = installing.catch((error: unknown) => error);
    source.write(most);
    await seen(() => staged(scene).length > 0);
    expect(scene.files().every((path) => path.startsWith(".pkg-install."))).toBe(true);
    abort.abort(new Error("cut off"));
    expect(await failure).toMatchObject({ message: "cut off" });
    expect(scene.tree()).toEqual(new Scene().tree());
  });

  test("nobody else changes anything", async () => {
    const scene = new Scene();
    const source = new PassThrough();
    const first = install(source, scene.options);
    source.write(most);
    await seen(() => staged(scene).length > 0);
    const busy = { code: "ERR_PKGDB_BUSY", message: expect.stringContaining(`process ${process.pid};`) };
    await expect(scene.install(HELLO)).rejects.toMatchObject(busy);
    await expect(recover(scene.pkgdb)).rejects.toMatchObject(busy);
    source.end(bytes.subarray(-5000));
    await first;
    expect(installedPackages(scene.pkgdb).map(({ name }) => name)).toEqual(["raw-1.0"]);
  });

  function staged(scene: Scene): readonly string[] {
    return existsSync(scene.prefix) ? readdirSync(scene.prefix) : [];
  }

  function seen(condition: () => boolean): Promise<unknown> {
    return vi.waitUntil(condition, { timeout: 30_000, interval: 5 });
  }
});

test.each([
  ["the connection was lost", { code: "ECONNRESET", syscall: "read" }],
  ["the packages ran out", {}],
])("what the source of a package throws comes out as it is: %s", async (message, facts) => {
  const scene = new Scene();
  const failure = Object.assign(new Error(message), facts);
  const content = "x".repeat(100_000);
  for (const length of [0, 1000, 50_000]) {
    const source = (async function* (): AsyncGenerator<Uint8Array> {
      yield rawPackage(["file"], [{ name: "file", content }]).subarray(0, length);
      throw failure;
    })();
    await expect(install(source, scene.options)).rejects.toBe(failure);
    expect(scene.tree()).toEqual(new Scene().tree());
  }
});

test.skipIf(process.platform !== "linux").each([
  ["file/pkgdb", "not a directory"],
  ["/proc/pkgdb", "no such file or directory"],
  ["/proc/self/fd", "no such file or directory"],
])("a PKG_DBDIR %s, which cannot be made or locked, is told of", async (path, reason) => {
  const scene = new Scene();
  writeFileSync(join(scene.root, "file"), "");
  const pkgdb = resolve(scene.root, path);
  await expect(scene.install(HELLO, { pkgdb })).rejects.toMatchObject({
    code: "ERR_INSTALL_WRITE",
    message: expect.stringMatching(new RegExp(`^cannot write .*: ${reason}$`)),
  });
});

describe("a damaged package leaves nothing", () => {
  test("when it ends too early", async () => {
    const scene = new Scene();
    const bytes = await makePackage(HELLO);
    await expect(scene.install(bytes.subarray(0, -20))).rejects.toThrow(DamagedError);
    expect(existsSync(scene.prefix)).toBe(false);
    expect(existsSync(scene.pkgdb)).toBe(false);
  });

  test("when a file is not as the packing list says", async () => {
    const scene = new Scene();
    const lines = ["good", "bad", "@comment MD5:0123456789abcdef0123456789abcdef"];
    const bytes = gzipSync(rawPackage(lines, [{ name: "good" }, { name: "bad", content: "evil" }]));
    await expect(scene.install(bytes)).rejects.toThrow(DigestError);
    expect(existsSync(scene.prefix)).toBe(false);
  });
});

test("the metadata is what the package brought", async () => {
  const scene = new Scene();
  await scene.install({ ...HELLO, install: "#!/bin/sh\n", display: "Hi\n", preserve: true });
  const directory = join(scene.pkgdb, "hello-1.0");
  expect(readdirSync(directory).toSorted()).toEqual(
    [
      "+BUILD_INFO",
      "+COMMENT",
      "+CONTENTS",
      "+DESC",
      "+DISPLAY",
      "+INSTALL",
      "+PRESERVE",
      "+SIZE_ALL",
      "+SIZE_PKG",
    ].toSorted(),
  );
  expect(readFileSync(join(directory, "+COMMENT"), "utf8")).toBe("For a test\n");
  const modes = ["+CONTENTS", "+COMMENT", "+INSTALL"].map(
    (name) => statSync(join(directory, name)).mode & 0o777,
  );
  expect(modes).toEqual([0o644, 0o444, 0o555]);
});

test("a metadata directory without a packing list is no package, and gives way unless it holds something else", async () => {
  const scene = new Scene();
  const directory = join(scene.pkgdb, "hello-1.0");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "+DESC"), "left over");
  const before = scene.tree();
  const bad = { ...HELLO, install: "#!/bin/sh\nexit 1\n" };
  await expect(scene.install(bad)).rejects.toMatchObject({ code: "ERR_INSTALL_SCRIPT" });
  expect(scene.tree()).toEqual(before);
  writeFileSync(join(directory, "precious"), "");
  await expect(scene.install(HELLO)).rejects.toMatchObject({ code: "ERR_INSTALL_WRITE" });
  rmSync(join(directory, "precious"));
  await scene.install(HELLO);
  expect(scene.warnings.at(-1)).toBe(
    `${directory} was left by an installation that did not come to its end, and is replaced`,
  );
  expect(readFileSync(join(directory, "+DESC"), "utf8")).toBe("For a test.\n");
});
