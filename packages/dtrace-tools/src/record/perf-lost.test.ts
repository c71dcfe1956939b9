import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { expect, it } from "vitest";
import { available } from "./choose.ts";
import { countLost, lostEvents } from "./perf-lost.ts";

const STATS = `
Aggregated stats:
           TOTAL events:      25851
            LOST events:          7  ( 0.0%)
    LOST_SAMPLES events:          2  ( 0.0%)
syscalls:sys_exit_brk stats:
          SAMPLE events:          3
    LOST_SAMPLES events:       1021
syscalls:sys_exit_mprotect stats:
          SAMPLE events:       8587
    LOST_SAMPLES events:       1024
`;

const tracers = await available();
const perf = tracers.some(({ name, usable }) => name === "perf" && usable) ? machineTool("perf") : undefined;

it("adds what each kind of event has lost", () => {
  expect(lostEvents(STATS)).toBe(2045);
  expect(lostEvents("")).toBe(0);
});

it("counts all that did not fit into perf's buffer", async ({ skip }) => {
  if (perf === undefined) return skip("needs perf");
  const directory = mkdtempSync(join(tmpdir(), "perf-lost-"));
  const data = join(directory, "perf.data");
  try {
    // The stack of one event is larger than the whole buffer, so that none is recorded.
    const buffer = ["-m", "1", "--call-graph", "dwarf,16384"];
    const event = ["-e", "syscalls:sys_exit_brk"];
    const { status } = spawnSync(perf, ["record", "-q", "-o", data, ...buffer, ...event, "--", "true"]);
    expect(status).toBe(0);
    expect(await countLost(data)).toBeGreaterThan(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
