/*
 * Loaded into a Node program before its own code (`node --require`): samples what JavaScript allocates, freed or not,
 * and writes it to DTRACE_TOOLS_SAMPLES/PID.THREAD.json when the thread ends, and now and then before.
 *
 * `node --heap-prof` would tell only of what is still reachable at the end.
 */
"use strict";

const { renameSync, writeFileSync } = require("node:fs");
const { Session } = require("node:inspector");
const { basename, join } = require("node:path");
const { threadId } = require("node:worker_threads");

const directory = process.env.DTRACE_TOOLS_SAMPLES;
/** Bytes between samples, on average. */
const SAMPLING_INTERVAL = 16 * 1024;
/** Milliseconds between looks at the sizes that no stack has. */
const LOOK_INTERVAL = 100;
/** Looks between writes, which a program that is killed is known by. */
const LOOKS_PER_WRITE = 10;

const session = new Session();
const beside = { "Buffers, largest": 0, "external memory, largest": 0, "Buffers, at the end": 0 };
let looks = 0;

function look() {
  const { arrayBuffers, external } = process.memoryUsage();
  beside["Buffers, largest"] = Math.max(beside["Buffers, largest"], arrayBuffers);
  beside["external memory, largest"] = Math.max(beside["external memory, largest"], external);
  beside["Buffers, at the end"] = arrayBuffers;
  if (++looks % LOOKS_PER_WRITE === 0) write();
}

/** The inspector of a program's own thread answers at once. */
function write() {
  session.post("HeapProfiler.getSamplingProfile", (error, answer) => {
    if (error) return;
    const { pid } = process;
    const command = basename(process.argv[1] ?? process.execPath);
    const text = JSON.stringify({ pid, command, beside, ...answer.profile });
    const path = join(directory, `${pid}.${threadId}.json`);
    try {
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    } catch {
      // The recorder has gone; the program is not to be disturbed by that.
    }
  });
}

if (directory !== undefined) {
  session.connect();
  session.post("HeapProfiler.startSampling", {
    samplingInterval: SAMPLING_INTERVAL,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  setInterval(look, LOOK_INTERVAL).unref();
  process.on("exit", () => {
    look();
    write();
  });
}
