import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { realData } from "test-support";
import { expect, test } from "vitest";
import { bytesOf, importText, newCatalogue, recordOf, remoteRows, REPOSITORY } from "../test/fixture.ts";
import { importSummary, MalformedRecordError, readSummary, type SummaryRecord } from "./index.ts";

const hello = recordOf({
  PKGNAME: "hello-2.1",
  COMMENT: "Greets",
  DEPENDS: ["libgreet>=1.0", "{a,b}-[0-9]*"],
});
const libgreet = recordOf({ PKGNAME: "libgreet-1.0", COMMENT: "Library" });

test("every variable of a record can be asked for", async () => {
  const catalogue = newCatalogue();
  const text = recordOf({
    PKGNAME: "hello-2.12nb1",
    DEPENDS: ["gettext-lib>=0.22", "{perl>=5.0,perl5-[0-9]*}"],
    CONFLICTS: "goodbye-[0-9]*",
    SUPERSEDES: ["hallo<3", "salut-[0-9]*"],
    PROVIDES: ["/usr/pkg/lib/libhello.so.1"],
    REQUIRES: ["/usr/lib/libc.so.12", "/usr/pkg/lib/libintl.so.8"],
    COMMENT: "Friendly = greeter",
    SIZE_PKG: "123456789012345678",
    BUILD_DATE: "2026-02-22 20:13:14 +0000",
    CATEGORIES: "devel misc",
    HOMEPAGE: "https://hello.example/?a=b",
    LICENSE: "gnu-gpl-v3",
    MACHINE_ARCH: "x86_64",
    OPSYS: "NetBSD",
    OS_VERSION: "10.1",
    PKGPATH: "devel/hello",
    PKGTOOLS_VERSION: "20091115",
    PKG_OPTIONS: "nls",
    PREV_PKGPATH: "misc/hello",
    FILE_NAME: "hello.tgz",
    FILE_SIZE: "4711",
    FILE_CKSUM: "sha512 00ff",
    SOMETHING_NEW: "ignored",
    DESCRIPTION: ["Prints a greeting.", "", "Nothing else."],
  });
  await importText(catalogue, text, REPOSITORY);
  const found = catalogue.remoteFull("hello-2.12nb1");
  expect(found).toEqual({
    id: 1,
    fullName: "hello-2.12nb1",
    name: "hello",
    version: "2.12nb1",
    comment: "Friendly = greeter",
    pkgPath: "devel/hello",
    buildDate: "2026-02-22 20:13:14 +0000",
    license: "gnu-gpl-v3",
    homepage: "https://hello.example/?a=b",
    pkgOptions: "nls",
    categories: "devel misc",
    opsys: "NetBSD",
    osVersion: "10.1",
    machineArch: "x86_64",
    pkgtoolsVersion: "20091115",
    prevPkgPath: "misc/hello",
    fileName: "hello.tgz",
    fileCksum: "sha512 00ff",
    sizePkg: 123456789012345678n,
    fileSize: 4711n,
    repository: REPOSITORY,
  });
  expect(catalogue.remoteDependencies(1)).toEqual(["gettext-lib>=0.22", "{perl>=5.0,perl5-[0-9]*}"]);
  expect(catalogue.remoteConflicts(1)).toEqual(["goodbye-[0-9]*"]);
  expect(catalogue.remoteSupersedes(1)).toEqual(["hallo<3", "salut-[0-9]*"]);
  expect(catalogue.remoteProvides(1)).toEqual(["/usr/pkg/lib/libhello.so.1"]);
  expect(catalogue.remoteRequires(1)).toEqual(["/usr/lib/libc.so.12", "/usr/pkg/lib/libintl.so.8"]);
  expect(catalogue.remoteDescription(1)).toBe("Prints a greeting.\n\nNothing else.");
});

test("empty values, missing ones and bogus numbers are missing", async () => {
  const catalogue = newCatalogue();
  await importText(
    catalogue,
    recordOf({ PKGNAME: "a-1", COMMENT: "", SIZE_PKG: "many", FILE_SIZE: "-1", DEPENDS: "" }),
  );
  const found = catalogue.remoteFull("a-1");
  expect(found).toMatchObject({
    comment: undefined,
    sizePkg: undefined,
    fileSize: undefined,
    homepage: undefined,
  });
  expect(catalogue.remoteDependencies(1)).toEqual([]);
  expect(catalogue.remoteDescription(1)).toBeUndefined();
});

test("a name without a version gets 0.0", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, "PKGNAME=hello\n\nPKGNAME=font-adobe\n\nPKGNAME=x-\n");
  expect(catalogue.remotePackages().map(({ fullName }) => fullName)).toEqual([
    "font-adobe-0.0",
    "hello-0.0",
    "x--0.0",
  ]);
  expect(catalogue.remoteFull("hello")).toBeUndefined();
  expect(catalogue.remoteNamed("font-adobe")).toHaveLength(1);
});

test("a second import tells what it changed", async () => {
  const catalogue = newCatalogue();
  expect(await importText(catalogue, `${hello}\n${libgreet}\n`)).toEqual({
    added: 2,
    changed: 0,
    removed: 0,
    unchanged: 0,
    total: 2,
  });
  const next = `${recordOf({ PKGNAME: "new-1" })}\n${hello.replace("Greets", "Waves")}\n`;
  expect(await importText(catalogue, next)).toEqual({
    added: 1,
    changed: 1,
    removed: 1,
    unchanged: 0,
    total: 2,
  });
  expect(remoteRows(catalogue)).toEqual([
    ["hello-2.1", "Waves", REPOSITORY],
    ["new-1", null, REPOSITORY],
  ]);
  expect(await importText(catalogue, next)).toEqual({
    added: 0,
    changed: 0,
    removed: 0,
    unchanged: 2,
    total: 2,
  });
});

test("a record that is the same keeps its row as it is", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, `${hello}\n${libgreet}\n`);
  catalogue.connection.exec("UPDATE remote_package SET comment = 'not written again'");
  await importText(catalogue, `${libgreet}\n${hello.replace("Greets", "Waves")}\n`);
  expect(remoteRows(catalogue)).toEqual([
    ["hello-2.1", "Waves", REPOSITORY],
    ["libgreet-1.0", "not written again", REPOSITORY],
  ]);
});

test("of two records with one name the first counts, at the first import and later", async () => {
  const catalogue = newCatalogue();
  const twice = `${hello}\n${libgreet}\n${hello.replace("Greets", "Again")}\n`;
  const once = [
    ["hello-2.1", "Greets", REPOSITORY],
    ["libgreet-1.0", "Library", REPOSITORY],
  ];
  expect(await importText(catalogue, twice)).toMatchObject({ added: 2, total: 2 });
  expect(remoteRows(catalogue)).toEqual(once);
  expect(await importText(catalogue, twice)).toMatchObject({ unchanged: 2, total: 2 });
  expect(remoteRows(catalogue)).toEqual(once);
  const other = recordOf({ PKGNAME: "other-1", COMMENT: "first" });
  expect(
    await importText(catalogue, `${twice}\n${other}\n${other.replace("first", "second")}`),
  ).toMatchObject({
    added: 1,
    total: 3,
  });
  expect(catalogue.remoteFull("other-1")?.comment).toBe("first");
});

test("an import that ends badly leaves the old packages", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, `${hello}\n${libgreet}\n`, REPOSITORY, { validators: { etag: '"one"' } });
  const before = remoteRows(catalogue);
  async function* broken(): AsyncGenerator<readonly SummaryRecord[]> {
    yield* readSummary(bytesOf([`${recordOf({ PKGNAME: "other-1" })}\n\n`]));
    throw new Error("the line is dead");
  }
  await expect(importSummary(catalogue, REPOSITORY, broken())).rejects.toThrow("the line is dead");
  expect(remoteRows(catalogue)).toEqual(before);
  expect(catalogue.repositories()[0]?.etag).toBe('"one"');
});

test("a compressed summary that is cut anywhere leaves the old packages", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, hello);
  const before = remoteRows(catalogue);
  const whole = gzipSync(`${libgreet}\n${hello}`);
  for (let length = 5; length < whole.length; length++)
    await expect(importText(catalogue, whole.subarray(0, length))).rejects.toThrow(
      "the summary is not whole",
    );
  expect(remoteRows(catalogue)).toEqual(before);
  expect(await importText(catalogue, whole)).toMatchObject({ total: 2 });
});

test("a record that cannot be understood is named, and nothing is changed", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, hello);
  const before = remoteRows(catalogue);
  const error = await importText(catalogue, `${libgreet}\n<html>not found</html>\n`).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MalformedRecordError);
  expect(error).toMatchObject({
    code: "ERR_CATALOGUE_RECORD",
    repository: REPOSITORY,
    recordNumber: 2,
    textOffset: libgreet.length + 1,
  });
  expect((error as Error).message).toContain('VARIABLE=VALUE was expected, found "<html>not found</html>"');
  await expect(importText(catalogue, "COMMENT=nobody\n")).rejects.toThrow("PKGNAME was expected, found none");
  expect(remoteRows(catalogue)).toEqual(before);
});

test("an import is stopped by a signal even where the source hangs", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, hello);
  const controller = new AbortController();
  async function* hanging(): AsyncGenerator<readonly SummaryRecord[]> {
    yield* readSummary(bytesOf([`${libgreet}\n\n`]));
    setImmediate(() => controller.abort());
    await new Promise(() => {});
  }
  const stopped = importSummary(catalogue, REPOSITORY, hanging(), { signal: controller.signal });
  await expect(stopped).rejects.toThrow("aborted");
  expect(remoteRows(catalogue)).toEqual([["hello-2.1", "Greets", REPOSITORY]]);
  await expect(importText(catalogue, libgreet, REPOSITORY, { signal: controller.signal })).rejects.toThrow(
    "aborted",
  );
  expect(await importText(catalogue, libgreet)).toMatchObject({ added: 1, removed: 1 });
});

test("a source that is not read to its end is closed", async () => {
  const catalogue = newCatalogue();
  let isClosed = false;
  async function* source(): AsyncGenerator<readonly SummaryRecord[]> {
    try {
      for (;;) yield [{ number: 1, offset: 0, bytes: Buffer.from("nonsense") }];
    } finally {
      isClosed = true;
    }
  }
  await expect(importSummary(catalogue, REPOSITORY, source())).rejects.toThrow("VARIABLE=VALUE");
  expect(isClosed).toBe(true);
});

test("two imports cannot use one connection at once", async () => {
  const catalogue = newCatalogue();
  async function* nested(): AsyncGenerator<readonly SummaryRecord[]> {
    yield* readSummary(bytesOf([hello]));
    await importText(catalogue, libgreet);
  }
  await expect(importSummary(catalogue, REPOSITORY, nested())).rejects.toThrow("already writing");
  expect(remoteRows(catalogue)).toEqual([]);
});

test("validators are kept, and the time of the summary", async () => {
  const catalogue = newCatalogue();
  const lastModified = "Wed, 25 Nov 2026 01:02:03 GMT";
  await importText(catalogue, hello, REPOSITORY, { validators: { etag: 'W/"x"', lastModified } });
  expect(catalogue.repositories()).toEqual([
    { url: REPOSITORY, priority: 0, etag: 'W/"x"', lastModified, mtime: Date.parse(lastModified) / 1000 },
  ]);
  const before = Math.trunc(Date.now() / 1000);
  await importText(catalogue, hello);
  const [repository] = catalogue.repositories();
  expect(repository).toMatchObject({ etag: undefined, lastModified: undefined });
  expect(repository?.mtime).toBeGreaterThanOrEqual(before);
});

test("a summary without a record is a repository without a package", async () => {
  const catalogue = newCatalogue();
  await importText(catalogue, hello);
  expect(await importText(catalogue, "\n")).toMatchObject({ removed: 1, total: 0 });
  expect(remoteRows(catalogue)).toEqual([]);
});

test("bytes that are no UTF-8 survive, in the database and in what is read from it", async () => {
  const catalogue = newCatalogue();
  const record = Buffer.concat([
    Buffer.from('PKGNAME=caf\xe9-1\nCOMMENT=\xe9t\xe9 \\ud83d\nDEPENDS=a\xff"\\udc80>=1\n', "latin1"),
    Buffer.from("DEPENDS=grün>=2\nDESCRIPTION=\u{1f600} ü\nDESCRIPTION="),
    Buffer.of(0xff, 0xfe, 0x0a),
  ]);
  await importText(catalogue, record);
  const [found] = catalogue.remotePackages();
  expect(found).toMatchObject({ name: "caf\udce9", comment: "\udce9t\udce9 \\ud83d" });
  expect(catalogue.remoteDependencies(1)).toEqual(['a\udcff"\\udc80>=1', "grün>=2"]);
  expect(catalogue.remoteDescription(1)).toBe("\u{1f600} ü\n\udcff\udcfe");
  const [stored] = catalogue.connection
    .prepare(
      "SELECT CAST(comment AS BLOB), (SELECT CAST(pattern AS BLOB) FROM remote_depends LIMIT 1) FROM remote_pkg",
    )
    .raw()
    .all() as [Buffer, Buffer][];
  expect(stored?.[0]).toEqual(Buffer.from("\xe9t\xe9 \\ud83d", "latin1"));
  expect(stored?.[1]).toEqual(Buffer.from('a\xff"\\udc80>=1', "latin1"));
  expect(await importText(catalogue, record)).toMatchObject({ unchanged: 1, total: 1 });
});

test("UTF-8 survives, lines may end in CR LF", async () => {
  const catalogue = newCatalogue();
  await importText(
    catalogue,
    "PKGNAME=a-1\r\nCOMMENT=größer 日本 \u{1f600}\r\nDEPENDS=b-[0-9]*\r\n\r\n\r\nPKGNAME=b-1\r\n",
  );
  expect(catalogue.remoteFull("a-1")?.comment).toBe("größer 日本 \u{1f600}");
  expect(catalogue.remoteDependencies(1)).toEqual(["b-[0-9]*"]);
  expect(catalogue.remoteFull("b-1")).toBeDefined();
});

/** What an import is to do, in a few lines: a list of packages by name. */
type Model = Map<string, string>;

function applyToModel(model: Model, records: readonly (readonly [string, string])[]) {
  const next: Model = new Map();
  for (const [name, comment] of records) if (!next.has(name)) next.set(name, comment);
  const names = [...next.keys()];
  const added = names.filter((name) => !model.has(name)).length;
  const unchanged = names.filter((name) => model.get(name) === next.get(name)).length;
  const removed = [...model.keys()].filter((name) => !next.has(name)).length;
  return {
    next,
    statistics: { added, unchanged, removed, changed: next.size - added - unchanged, total: next.size },
  };
}

test("any sequence of imports into two repositories gives what a simple model gives", async () => {
  const name = fc.integer({ min: 1, max: 900 }).map((number) => `p${number % 30}-${Math.trunc(number / 30)}`);
  const summary = fc.array(fc.tuple(name, fc.constantFrom("x", "y")), { maxLength: 600 });
  const imports = fc.array(fc.tuple(fc.constantFrom("http://one/", "http://two/"), summary), {
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(imports, async (steps) => {
      const catalogue = newCatalogue();
      catalogue.setRepositories(["http://one/", "http://two/"]);
      const models = new Map<string, Model>([
        ["http://one/", new Map()],
        ["http://two/", new Map()],
      ]);
      for (const [url, records] of steps) {
        const { next, statistics } = applyToModel(models.get(url) ?? new Map(), records);
        models.set(url, next);
        const text = records.map(([PKGNAME, COMMENT]) => recordOf({ PKGNAME, COMMENT })).join("\n");
        expect(await importText(catalogue, text, url)).toEqual(statistics);
      }
      const expected = new Map(
        [...models]
          .toReversed()
          .flatMap(([url, model]) => [...model].map(([key, comment]) => [key, [key, comment, url]])),
      );
      expect(remoteRows(catalogue)).toEqual([...expected.keys()].toSorted().map((key) => expected.get(key)));
      expect(catalogue.connection.pragma("integrity_check", { simple: true })).toBe("ok");
      catalogue.close();
    }),
    { numRuns: 40 },
  );
});

test("what stays, comes, goes and moves in a long summary is told apart", async () => {
  const catalogue = newCatalogue();
  const numbers = Array.from({ length: 3000 }, (_, index) => index);
  const text = (list: readonly number[], comment: (number: number) => string) =>
    list.map((number) => recordOf({ PKGNAME: `p${number}-1`, COMMENT: comment(number) })).join("\n");
  await importText(catalogue, text(numbers, String));
  const moved = [...numbers.slice(2000), ...numbers.slice(700, 1900), ...numbers.slice(0, 300), 5000, 5001];
  const changes = await importText(
    catalogue,
    text(moved, (number) => (number % 10 === 3 ? "new" : `${number}`)),
  );
  expect(changes).toEqual({ added: 2, changed: 250, removed: 500, unchanged: 2250, total: 2502 });
  expect(catalogue.remotePackages()).toHaveLength(2502);
  expect(catalogue.remoteFull("p703-1")?.comment).toBe("new");
  expect(catalogue.remoteFull("p1950-1")).toBeUndefined();
});

const summary = realData("pkg_summary.bz2");

test.skipIf(summary === undefined)("a catalogue of real size is all there", async () => {
  const text = execFileSync("bzip2", ["-dc", summary ?? ""], { maxBuffer: 1 << 26 });
  const catalogue = newCatalogue();
  expect(await importText(catalogue, text)).toMatchObject({ added: 29_022, total: 29_022 });
  expect(catalogue.statistics()).toMatchObject({ available: 29_022, repositories: 1 });
  const count = (table: string) => catalogue.connection.prepare(`SELECT count(*) FROM ${table}`).raw().get();
  expect(count("remote_depends")).toEqual([170_970]);
  expect(count("remote_conflicts")).toEqual([3444]);
  expect(count("remote_requires")).toEqual([10_310]);
  expect(count("remote_provides")).toEqual([5155]);
  expect(await importText(catalogue, text)).toMatchObject({ unchanged: 29_022 });
});
