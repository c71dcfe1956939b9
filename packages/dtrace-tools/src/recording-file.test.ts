import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Profile } from "./profile/profile.ts";
import type { Recording } from "./recording.ts";
import { readRecording, RecordingFileError, toJson, writeRecording } from "./recording-file.ts";

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-test-"));
const path = join(directory, "run.rec");
afterAll(() => rmSync(directory, { recursive: true }));

function sample(): Recording {
  const profile = new Profile();
  profile.add(["sh", "a;b\n"], 10, 2);
  profile.add(["sh"], 5);
  const totals = {
    bytes: 15,
    calls: 3,
    released: 1,
    peak: 15,
    held: undefined,
    buckets: new Map([
      [8, 1],
      [4, 2],
    ]),
  };
  return {
    backend: "strace",
    metric: "brk",
    command: ["sh", "-c", "exit 1"],
    startedAt: "2020-01-01T00:00:00.000Z",
    duration: 5,
    exit: { code: undefined, signal: "SIGKILL" },
    totals,
    processes: [{ pid: 7, command: "sh", ...totals }],
    profile,
    timeline: [{ time: 0, bytes: 4 }],
    partial: undefined,
    lost: 2,
    warnings: ["odd"],
  };
}

describe("a recording's file", () => {
  it("gives back what was written and leaves nothing beside it", async () => {
    await writeRecording(sample(), path);
    const { profile, ...facts } = await readRecording(path);
    const { profile: expected, ...expectedFacts } = sample();
    expect(facts).toEqual(expectedFacts);
    expect([...profile.stacks()]).toEqual([...expected.stacks()]);
    expect(readdirSync(directory)).toEqual(["run.rec"]);
    expect(toJson(sample()).totals.buckets).toEqual({ 4: 2, 8: 1 });
  });

  it("goes through a link, and into what is no plain file, which stays what it was", async ({ skip }) => {
    const [link, pipe] = [join(directory, "link.rec"), join(directory, "pipe")];
    symlinkSync("run.rec", link);
    await writeRecording({ ...sample(), lost: 3 }, link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect((await readRecording(path)).lost).toBe(3);
    skip(spawnSync("mkfifo", [pipe]).status !== 0, "needs mkfifo");
    const came = readFile(pipe, "utf8");
    await writeRecording(sample(), pipe);
    expect(await came).toMatch(/^\{"format":"memprof-recording"[^]*\{"end":true\}\n$/);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it("is said to be what cannot be written", async ({ skip }) => {
    await expect(writeRecording(sample(), join(directory, "none", "run.rec"))).rejects.toThrow(
      /none\/run\.rec: cannot be written: ENOENT/,
    );
    skip(!existsSync("/dev/full"), "needs /dev/full");
    const full = join(directory, "full");
    symlinkSync("/dev/full", full);
    await expect(writeRecording(sample(), full)).rejects.toThrow(`${full}: cannot be written: ENOSPC`);
  });

  it("is refused when it was cut anywhere", async () => {
    await writeRecording(sample(), path);
    const bytes = readFileSync(path);
    const cut = join(directory, "cut.rec");
    for (let length = 0; length < bytes.length - 1; length++) {
      writeFileSync(cut, bytes.subarray(0, length));
      await expect(readRecording(cut)).rejects.toThrow(RecordingFileError);
    }
  });

  it("is refused in another version, and when it is no recording", async () => {
    const other = join(directory, "other.rec");
    writeFileSync(other, '{"format":"memprof-recording","version":2}\n');
    await expect(readRecording(other)).rejects.toThrow(/expected version 1 of the format, found 2/);
    writeFileSync(other, '{"format":"memprof-recording","version":1}\n');
    await expect(readRecording(other)).rejects.toThrow(/lacks fields/);
    writeFileSync(other, "null\n");
    await expect(readRecording(other)).rejects.toThrow(/found something else/);
    await expect(readRecording(join(directory, "none"))).rejects.toThrow(/there is no such recording/);
  });
});
