import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NoTracerError, TargetError } from "../errors.ts";
import { METRICS } from "../heap/totals.ts";
import type { Recording } from "../recording.ts";
import { type BackendName, BACKEND_NAMES } from "./backend.ts";
import { available, backendsFor } from "./choose.ts";
import { record } from "./record.ts";

const tracers = await available();
const usable = (name: BackendName): boolean =>
  tracers.some((tracer) => tracer.name === name && tracer.usable);
const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-test-"));
beforeAll(() => {
  // Recordings leave nothing in it.
  process.env["TMPDIR"] = join(directory, "tmp");
  mkdirSync(process.env["TMPDIR"]);
});
afterAll(() => {
  delete process.env["TMPDIR"];
  rmSync(directory, { recursive: true });
});

describe("record", () => {
  // perf-fp is perf and massif is run as dhat is.
  for (const name of BACKEND_NAMES.filter((one) => !["dtrace", "massif", "perf-fp"].includes(one))) {
    const metric = METRICS.find((one) => backendsFor(one).includes(name));
    const needs = usable(name) ? "" : ` (missing: ${name})`;
    it.skipIf(!usable(name))(
      `tells with ${name} how the command ended, by status or signal${needs}`,
      async () => {
        const run = (script: string): Promise<Recording> =>
          record(["sh", "-c", script], { backend: name, metric });
        expect((await run("exit 3")).exit).toEqual({ code: 3, signal: undefined });
        expect((await run("kill -KILL $$")).exit).toEqual({ code: undefined, signal: "SIGKILL" });
      },
    );

    it.skipIf(!usable(name))(
      `ends the command when ${name} is told to stop, and keeps what was seen${needs}`,
      async () => {
        const stop = new AbortController();
        const recording = await record(["sleep", "600"], {
          backend: name,
          metric,
          signal: stop.signal,
          onStart: () => stop.abort(),
        });
        // It may be ended before it has become the program.
        expect(recording.exit.signal).toBe("SIGTERM");
      },
    );
  }

  it("says of a command that cannot be run which one and why", async () => {
    await expect(record(["no-such-program"])).rejects.toThrow(/^no-such-program: no such program in PATH/);
    await expect(record([join(directory, "none")])).rejects.toThrow(/there is no such file/);
    await expect(record([directory])).rejects.toThrow(/it is not a file/);
    await expect(record([])).rejects.toThrow(TargetError);
  });

  it("passes on what the command writes, byte by byte, and what it reads", async () => {
    const read = join(directory, "read");
    writeFileSync(read, "a line\n");
    for (const { name } of tracers.filter((tracer) => tracer.usable && tracer.name !== "dtrace")) {
      const metric = METRICS.find((one) => backendsFor(one).includes(name));
      const [out, err] = ["out", "err"].map((what) => join(directory, `${what}.${name}`));
      const files = [openSync(read, "r"), openSync(out ?? "", "w"), openSync(err ?? "", "w")];
      const script = "cat; printf 'out\\0\\377'; echo err >&2";
      const { exit } = await record(["sh", "-c", script], { backend: name, metric, stdio: files });
      for (const file of files) closeSync(file);
      expect([name, exit.code]).toEqual([name, 0]);
      expect(readFileSync(out ?? "").toString("latin1")).toBe("a line\nout\0\xff");
      expect(readFileSync(err ?? "", "utf8")).toBe("err\n");
    }
  });

  it("tells how to get the tracers that are not there", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = directory;
    const found = await available().finally(() => (process.env["PATH"] = path));
    const missing = found.filter((tracer) => !tracer.usable);
    expect(missing.map(({ name }) => name)).toEqual(BACKEND_NAMES.filter((name) => name !== "node"));
    const installed = missing.filter(({ name }) => name !== "dtrace");
    for (const { remedy } of installed) expect(remedy).toMatch(/^apt-get install [a-z-]+$/);
  });

  it("tells of every tracer whether it can be used, and if not why", async () => {
    expect(tracers.map((tracer) => tracer.name)).toEqual([...BACKEND_NAMES]);
    for (const tracer of tracers) expect(tracer.usable ? tracer.version : tracer.reason).not.toBe("");
  });

  it.skipIf(usable("dtrace"))("refuses a tracer that is not there, and tells why", async () => {
    await expect(record(["true"], { backend: "dtrace" })).rejects.toThrow(NoTracerError);
    await expect(record(["true"], { backend: "dtrace" })).rejects.toThrow(/^dtrace cannot be used: \S/);
  });

  it.skipIf(!usable("perf"))("leaves no file of a Node program behind (needs perf)", async () => {
    const cwd = join(directory, "empty");
    mkdirSync(cwd);
    const script = "require('child_process').execFileSync(process.execPath, ['-e', '0'])";
    const recording = await record([process.execPath, "-e", script], { backend: "perf", cwd });
    expect(recording.processes.length).toBeGreaterThanOrEqual(2);
    expect(readdirSync(cwd)).toEqual([]);
    for (const { pid } of recording.processes) expect(existsSync(`/tmp/perf-${pid}.map`)).toBe(false);
  });

  it.skipIf(!usable("strace"))(
    "tells which tracers are passed over for a Node program (needs strace)",
    async () => {
      const passed: BackendName[] = [];
      const recording = await record(["node", "-e", "0"], { onPassedOver: ({ name }) => passed.push(name) });
      expect([...passed, recording.backend]).toEqual(BACKEND_NAMES.slice(0, passed.length + 1));
      expect(recording.backend).not.toBe("strace-k");
      expect(recording.totals.bytes).toBeGreaterThan(0);
    },
  );
});
