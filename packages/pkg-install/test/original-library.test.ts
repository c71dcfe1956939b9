import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { machineTool } from "test-support";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { PageFile, PageType, ROOT } from "../src/byfile/page-file.ts";
import { changedPieces, type OwnerChange } from "../src/byfile/update-by-file.ts";
import { writePieces } from "../src/byfile/write-by-file.ts";
import { readByFile, writeByFile } from "../src/index.ts";
import { compareText } from "../src/text.ts";

const directory = mkdtempSync(join(tmpdir(), "original-library-"));
const program = buildProgram();
let path: string;
let next = 0;

beforeEach(() => {
  path = join(directory, `${next++}.db`);
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Builds the program that has the original library do things; undefined where it cannot be built or there is no library. */
function buildProgram(): string | undefined {
  const compiler = machineTool("cc");
  if (compiler === undefined) return undefined;
  const built = join(directory, "original-library");
  const source = fileURLToPath(new URL("original-library.c", import.meta.url));
  execFileSync(compiler, ["-o", built, source, "-ldl"]);
  try {
    execFileSync(built, [join(directory, "empty.db")], { input: "", stdio: "pipe" });
    return built;
  } catch (error) {
    if ((error as { status?: number }).status === 3) return undefined;
    throw error;
  }
}

describe.skipIf(program === undefined)(
  "the original library (skipped without cc and libdb1, of Debian's libdb1-compat)",
  () => {
    test.each([
      ["nothing", new Map()],
      ["one level", someEntries(20)],
      ["two levels", someEntries(2000)],
      ["three levels, with values that need pages of their own", deepEntries()],
    ])("accepts, extends and shrinks what is written: %s", (_, before: ReadonlyMap<string, string>) => {
      writeByFile(path, before);
      expect(original([])).toEqual(sorted(before));
      const added: OwnerChange[] = Array.from({ length: 3000 }, (__, index) => [
        `/opt/${index % 7}/added-${index}`,
        index % 100 === 0 ? `@pkgdir ${`sharer-${index} `.repeat(300)}` : `added-${index}`,
      ]);
      const owned = [...before.keys()].filter((___, index) => index % 3 !== 0);
      const changes = [...added, ...owned.map((key): OwnerChange => [key, undefined])];
      const after = changed(before, changes);
      expect(original(changes)).toEqual(sorted(after));
      expect([...readByFile(path)]).toEqual(sorted(after));
    });

    test("and this one change a database by turns", () => {
      let expected: ReadonlyMap<string, string> = new Map();
      for (let turn = 0; turn < 6; turn++) {
        const changes: OwnerChange[] = [
          ...[...expected.keys()].filter((_, index) => index % 4 === turn % 4).map(removed),
          ...someEntries(400, `turn-${turn}`),
          [`/opt/long-${turn}${"/x".repeat(950)}`, `@pkgdir ${"sharer-1.0 ".repeat(300)}`],
        ];
        expected = changed(expected, changes);
        const isOriginals = turn % 2 === 0;
        if (!isOriginals) update(changes);
        expect(original(isOriginals ? changes : [])).toEqual(sorted(expected));
        expect([...readByFile(path)]).toEqual(sorted(expected));
      }
      const all = [...expected.keys()].map(removed);
      expect(original(all)).toEqual([]);
      expect([...readByFile(path)]).toEqual([]);
    });
  },
);

test("what is written for many long paths has three levels", () => {
  writeByFile(path, deepEntries());
  const file = new PageFile(path);
  try {
    const root = file.page(ROOT);
    // An item's child stands after the size of its key; the first item of the root is the lowest.
    const child = file.page(file.u32(root, file.u16(root, 20) + 4));
    expect([root.type, child.type]).toEqual([PageType.internal, PageType.internal]);
  } finally {
    file.close();
  }
});

function removed(key: string): OwnerChange {
  return [key, undefined];
}

function someEntries(count: number, name = "file"): Map<string, string> {
  return new Map(
    Array.from({ length: count }, (_, index) => [
      `/opt/${(index * 7919) % 97}/${name}-${index}`,
      `package-${index % 40}-1.0`,
    ]),
  );
}

/**
 * Long keys, so that few fit on a page; some values need pages of their own. Of keys that do, Debian's build of the library
 * mistakes the order, also in files of its own.
 */
function deepEntries(): Map<string, string> {
  return new Map(
    Array.from({ length: 2500 }, (_, index) => [
      `/${"deep/".repeat(60)}${String(index).padStart(6, "0")}${"/long".repeat(120)}`,
      index % 75 === 0 ? `@pkgdir ${"sharer-1.0 ".repeat(350)}` : `package-${index}`,
    ]),
  );
}

function changed(
  entries: ReadonlyMap<string, string>,
  changes: readonly OwnerChange[],
): ReadonlyMap<string, string> {
  const result = new Map(entries);
  for (const [key, owner] of changes) {
    if (owner === undefined) result.delete(key);
    else result.set(key, owner);
  }
  return result;
}

function sorted(entries: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  return [...entries].toSorted((a, b) => compareText(a[0], b[0]));
}

/** Has the original library change the database, and tell all that is in it then. */
function original(changes: readonly OwnerChange[]): readonly (readonly string[])[] {
  const input = changes
    .map(([key, owner]) => (owner === undefined ? `-${key}\n` : `+${key}\t${owner}\n`))
    .join("");
  const said = execFileSync(program ?? "", [path], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  return said
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t"));
}

/** Changes the database as an installation does. */
function update(changes: readonly OwnerChange[]): void {
  const file = new PageFile(path);
  try {
    writePieces(`${path}.next`, changedPieces(file, new Map(changes)), { sync: false });
  } finally {
    file.close();
  }
  renameSync(`${path}.next`, path);
}
