import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { mountSmall } from "../../test/small-file-system.ts";
import { Journal, journalOf, noteUndone, readJournal, trimJournal } from "./journal.ts";
import type { Step } from "./step.ts";

const PAGE = 4096;
const HEAD = { action: "install", pkgname: "a-1", destdir: "", refcountDb: "/r" } as const;

/** A PKG_DBDIR on a file system of so many pages; undefined without leave to mount one. */
function pkgdbOnSmall(pages: number): string | undefined {
  const root = mkdtempSync(join(tmpdir(), "pkg-install-journal-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  if (!mountSmall(root, pages * PAGE)) return undefined;
  mkdirSync(join(root, "pkgdb"));
  return join(root, "pkgdb");
}

function failureOf(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Appends as many steps as there is room for. */
function fill(journal: Journal): { readonly steps: readonly Step[]; readonly failure: unknown } {
  const steps: Step[] = [];
  for (;;) {
    const step: Step = { did: "make-directory", path: `/${steps.length}/${"long".repeat(250)}` };
    const failure = failureOf(() => journal.append([step]));
    if (failure !== undefined) return { steps, failure };
    steps.push(step);
  }
}

test("a line that a full disk has cut off is no step, and nothing is noted on it (skipped without leave to mount)", ({
  skip,
}) => {
  const pkgdb = pkgdbOnSmall(5);
  if (pkgdb === undefined) return skip("no file system may be mounted");
  const journal = new Journal(pkgdb, HEAD);
  onTestFinished(() => journal.close());
  const { steps, failure } = fill(journal);
  expect(failure).toMatchObject({ code: "ENOSPC" });
  expect(readFileSync(journalOf(pkgdb), "utf8")).not.toMatch(/\n$/);
  expect(journal.steps()).toEqual(steps);
  expect(readJournal(pkgdb)).toMatchObject({ head: HEAD, steps });
  // There is no room for it, but there is where the line has been.
  noteUndone(pkgdb);
  expect(readJournal(pkgdb)?.steps).toEqual(steps);
  noteUndone(pkgdb);
  expect(readJournal(pkgdb)?.steps).toEqual([...steps, { did: "undone" }]);
  trimJournal(pkgdb);
  expect(readJournal(pkgdb)?.steps).toHaveLength(steps.length + 1);
});

test("a journal that cannot be begun for want of room is not there (skipped without leave to mount)", ({
  skip,
}) => {
  const pkgdb = pkgdbOnSmall(3);
  if (pkgdb === undefined) return skip("no file system may be mounted");
  const ballast = Buffer.alloc(4 * PAGE);
  expect(failureOf(() => writeFileSync(`${pkgdb}.ballast`, ballast))).toMatchObject({ code: "ENOSPC" });
  expect(() => new Journal(pkgdb, HEAD)).toThrow(expect.objectContaining({ code: "ENOSPC" }));
  expect(existsSync(journalOf(pkgdb))).toBe(false);
  expect(readJournal(pkgdb)).toBeUndefined();
});
