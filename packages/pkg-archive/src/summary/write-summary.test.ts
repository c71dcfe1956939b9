import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { machineTool, realData } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildPackage, buildTar, contentsFor, metadataItems } from "../../test/build-tar.ts";
import { writeSummary } from "../index.ts";
import { readFileChunks } from "../read-file-chunks.ts";
import { readSummary } from "./read-summary.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pkg-archive-summary-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const place = (name: string): string => join(directory, name);

/** Puts a package there, with a content that is as long for each letter. */
function put(file: string, letter: string, pkgname: string = file.slice(0, file.lastIndexOf("."))): void {
  const files = [{ name: "a", content: letter.repeat(1000) }];
  const contents = contentsFor(files, pkgname);
  writeFileSync(place(file), buildTar([...metadataItems(contents), ...files]));
}

/** Waits until the clock that the file system goes by has moved on. */
async function nextTick(): Promise<void> {
  const timeOf = (): bigint => {
    writeFileSync(place("tick"), "");
    return statSync(place("tick"), { bigint: true }).mtimeNs;
  };
  const before = timeOf();
  while (timeOf() < before + 3_000_000n) await new Promise((resolve) => setImmediate(resolve));
  rmSync(place("tick"));
}

/** Writes the summary a moment after all changes, so that they count as old the next time. */
async function summarise(): Promise<{ packages: number; read: number }> {
  await nextTick();
  const { packages, read } = await writeSummary(directory);
  await nextTick();
  return { packages, read };
}

const text = (): string => gunzipSync(readFileSync(place("pkg_summary.gz"))).toString();
const namesIn = (summary: string): string[] =>
  summary.split("\n").flatMap((line) => (line.startsWith("PKGNAME=") ? [line.slice(8)] : []));

describe("a summary", () => {
  test("has a record of each package, with size and digest, by the order of their names", async () => {
    put("b-1.0.tgz", "b");
    put("a-2.0.tzst", "a");
    mkdirSync(place("old.tgz"));
    writeFileSync(place("README"), "");
    expect(await writeSummary(directory)).toEqual({ names: ["pkg_summary.gz"], packages: 2, read: 2 });
    expect(namesIn(text())).toEqual(["a-2.0", "b-1.0"]);
    expect(text()).toMatch(/\nFILE_NAME=b-1.0.tgz\nFILE_SIZE=\d+\nFILE_CKSUM=sha512 [\da-f]{128}\n/);
    expect(text()).toMatch(/\n\n$/);
    expect(readdirSync(directory).toSorted()).toEqual([
      "README",
      "a-2.0.tzst",
      "b-1.0.tgz",
      "old.tgz",
      "pkg_summary.gz",
    ]);
  });

  test("takes over what has not changed, and only that", async () => {
    for (const name of ["a-1.tgz", "b-1.tgz", "c-1.tgz", "d-1.tgz", "e-1.tgz"]) put(name, "x");
    expect(await summarise()).toEqual({ packages: 5, read: 5 });
    const before = text();
    expect(await summarise()).toEqual({ packages: 5, read: 0 });
    expect(text()).toBe(before);

    rmSync(place("a-1.tgz"));
    put("b-1.tgz", "y"); // of the same size
    put("bb-1.tgz", "x");
    // Replaced by an older file of the same size.
    put("new", "z", "d-1");
    utimesSync(place("new"), 1, 1);
    renameSync(place("new"), place("d-1.tgz"));
    put("f-1.tgz", "x");
    expect(await summarise()).toEqual({ packages: 6, read: 4 });
    expect(namesIn(text())).toEqual(["b-1", "bb-1", "c-1", "d-1", "e-1", "f-1"]);

    const incremental = text();
    rmSync(place("pkg_summary.gz"));
    expect(await summarise()).toEqual({ packages: 6, read: 6 });
    expect(text()).toBe(incremental);
  });

  test("reads anew what another tool described without a digest, and in any order", async () => {
    put("a-1.tgz", "x");
    put("b-1.tgz", "x");
    await summarise();
    const [first = "", second = ""] = text().split(/(?<=\n)\n/);
    writeFileSync(place("pkg_summary.gz"), gzipSync(`${second.replace(/FILE_CKSUM.*\n/, "")}\n${first}`));
    expect(await summarise()).toEqual({ packages: 2, read: 2 });
    expect(namesIn(text())).toEqual(["a-1", "b-1"]);
  });

  test("is not believed when it comes from the future", async () => {
    put("a-1.tgz", "x");
    await summarise();
    const tomorrow = Date.now() / 1000 + 86_400;
    utimesSync(place("pkg_summary.gz"), tomorrow, tomorrow);
    expect(await summarise()).toEqual({ packages: 1, read: 1 });
  });

  test("replaces one that is damaged", async () => {
    for (const name of ["a-1.tgz", "b-1.tgz"]) put(name, "x");
    await summarise();
    const before = text();
    const damaged = readFileSync(place("pkg_summary.gz"));
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 8) ^ 1, damaged.length - 8);
    writeFileSync(place("pkg_summary.gz"), damaged);
    await nextTick();
    expect(await summarise()).toEqual({ packages: 2, read: 2 });
    expect(text()).toBe(before);
  });

  test("renews every format that is there", async () => {
    const tools = [["bz2", "bzip2"] as const, ["xz", "xz"] as const, ["zst", "zstd"] as const];
    const formats = tools.filter(([, tool]) => machineTool(tool) !== undefined).map(([format]) => format);
    put("a-1.tgz", "x");
    await writeSummary(directory, { formats: ["gz", ...formats] });
    put("b-1.tgz", "x");
    const { names } = await writeSummary(directory);
    expect(names).toEqual(["pkg_summary.gz", ...formats.map((format) => `pkg_summary.${format}`)]);
    for (const name of names) {
      let found = "";
      for await (const entry of readSummary(readFileChunks(place(name)))) found += `${entry.text}\n`;
      expect(found).toBe(text());
    }
  });

  test("stays as it was when a package cannot be read, or the writing is ended", async () => {
    put("a-1.tgz", "x");
    await writeSummary(directory);
    const before = readFileSync(place("pkg_summary.gz"));
    writeFileSync(place("bad-1.tgz"), buildPackage([]).subarray(0, 700));
    await expect(writeSummary(directory)).rejects.toMatchObject({
      code: "ERR_PACKAGE_FILE",
      path: place("bad-1.tgz"),
      cause: { code: "ERR_PACKAGE_DAMAGED" },
    });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(writeSummary(directory, { signal })).rejects.toThrow("enough");
    expect(readFileSync(place("pkg_summary.gz")).equals(before)).toBe(true);
    expect(readdirSync(directory).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

const samples = realData("samples/packages");

test.skipIf(samples === undefined)("a summary is what the original tool prints, and digests", async () => {
  const names = readdirSync(samples ?? "").filter((name) => name.endsWith(".tgz"));
  for (const name of names) copyFileSync(join(samples ?? "", name), place(name));
  await writeSummary(directory);
  const original = readFileSync(realData("samples/pkg_summary") ?? "", "utf8");
  const records = (summary: string): string[] => summary.split(/(?<=\n)\n/).toSorted();
  expect(records(text().replaceAll(/^FILE_CKSUM=.*\n/gm, ""))).toEqual(records(original));
});

test.each(["", "../../x-1.0", "a/b-1.0", "..", ".x-1.0", "a b-1.0", "a\x1b[2J-1.0"])(
  "a package that calls itself %j, of which others will make a URL, is refused",
  async (name) => {
    put("x-1.0.tgz", "x", name);
    await expect(writeSummary(directory)).rejects.toMatchObject({
      code: "ERR_PACKAGE_FILE",
      message: `${place("x-1.0.tgz")}: ${JSON.stringify(name)}, as its packing list has it, cannot be the name of a package`,
    });
  },
);

test("a name of several lines, which would add lines to a record, is refused", async () => {
  put("odd\nFILE_CKSUM=x-1.0.tgz", "a", "odd-1.0");
  await expect(writeSummary(directory)).rejects.toMatchObject({
    code: "ERR_PACKAGE_FILE",
    cause: { code: "ERR_PACKAGE_SPEC" },
  });
});

test.skipIf(process.platform === "darwin")(
  "a file whose name is no UTF-8 is in the summary by its bytes (macOS has none)",
  async () => {
    put("a-1.0.tgz", "a");
    renameSync(place("a-1.0.tgz"), Buffer.from(place("caf\xe9-1.0.tgz"), "latin1"));
    expect(await summarise()).toEqual({ packages: 1, read: 1 });
    const summary = gunzipSync(readFileSync(place("pkg_summary.gz")));
    expect(summary.includes(Buffer.from("\nFILE_NAME=caf\xe9-1.0.tgz\n", "latin1"))).toBe(true);
    expect(await summarise()).toEqual({ packages: 1, read: 0 });
  },
);

test("a description can have very many lines", async () => {
  const [contents, comment] = metadataItems("@name long-1.0\n@cwd /usr/pkg\n");
  const items = [contents, comment, { name: "+DESC", content: "a\n\n".repeat(200_000) }];
  writeFileSync(place("long-1.0.tgz"), buildTar(items.filter((item) => item !== undefined)));
  await writeSummary(directory);
  const summary = gunzipSync(readFileSync(place("pkg_summary.gz"))).toString();
  expect(summary.endsWith(`\n${"DESCRIPTION=a\nDESCRIPTION=\n".repeat(200_000)}\n`)).toBe(true);
});

test("what is no file is told of by its name", async () => {
  symlinkSync(directory, place("link-1.0.tgz"));
  await expect(writeSummary(directory)).rejects.toThrow(
    `${place("link-1.0.tgz")}: a file was expected, found something else`,
  );
  unlinkSync(place("link-1.0.tgz"));
  mkdirSync(place("pkg_summary.gz"));
  await expect(writeSummary(directory)).rejects.toThrow(
    `${place("pkg_summary.gz")}: illegal operation on a directory`,
  );
});

const xz = machineTool("xz");

test.skipIf(xz === undefined)("packages in xz are read (needs xz)", async () => {
  put("a-1.0.tgz", "a");
  writeFileSync(
    place("a-1.0.txz"),
    execFileSync(xz ?? "", ["-c"], { input: readFileSync(place("a-1.0.tgz")) }),
  );
  expect(await writeSummary(directory)).toMatchObject({ packages: 2, read: 2 });
});
