import { mkdtempSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { DraftLog, ErrorLog } from "./error-log.ts";

let path: string;

beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "error-log-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  path = join(directory, "log");
});

test("warnings and errors are counted by line, from a mark on, however much was said", () => {
  const log = new ErrorLog(path);
  log.append("pkg_add: Warning: before\n");
  const mark = log.mark();
  const noise = `${"x".repeat(99)}\n`.repeat(3000);
  log.append(
    `pkg_add: Warning: one Warning\n${noise}pkg_add: Can't install dependency a, 1 package addition failed\nunable to verify signature`,
  );
  expect(log.countSince(mark)).toEqual({ warnings: 1, errors: 3 });
  expect(log.countSince(log.mark())).toEqual({ warnings: 0, errors: 0 });
  log.close();
});

test("a draft's parts come into the log where they belong, and it is gone afterwards", () => {
  const log = new ErrorLog(path);
  const draft = new DraftLog(`${path}.draft`);
  const long = "y".repeat(200_000);
  const write = (text: string) => {
    const start = draft.mark();
    writeSync(draft.fd, text);
    return [start, draft.mark()] as const;
  };
  const [first, second] = [write(long), write("second\n")];
  draft.copyTo(log, second);
  draft.copyTo(log, first);
  draft.discard();
  log.close();
  expect(readFileSync(path, "utf8")).toBe(`second\n${long}`);
});
