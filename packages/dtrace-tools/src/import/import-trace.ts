import { importBpftrace } from "./bpftrace.ts";
import { importDhat } from "./dhat.ts";
import { importDtrace } from "./dtrace.ts";
import { importFolded } from "./folded.ts";
import { guess, type TraceFormat, unknownFormat } from "./guess.ts";
import { importHeapProfile } from "./heap-profile.ts";
import { importHeapSnapshot } from "./heap-snapshot.ts";
import { importHeaptrack } from "./heaptrack.ts";
import type { Imported } from "./imported.ts";
import { importMassif } from "./massif.ts";
import { decompressed, peek } from "./peek.ts";
import { importPerf } from "./perf.ts";
import { importPprof } from "./pprof.ts";
import { importSpeedscope } from "./speedscope.ts";
import { importStrace } from "./strace.ts";

/** How much of a trace is looked at to tell its format, in bytes. */
const HEAD_SIZE = 256 * 1024;

const IMPORTERS: Readonly<Record<TraceFormat, (input: AsyncIterable<Uint8Array>) => Promise<Imported>>> = {
  dtrace: (input) => importDtrace(input),
  perf: (input) => importPerf(input),
  strace: (input) => importStrace(input),
  bpftrace: (input) => importBpftrace(input),
  folded: (input) => importFolded(input),
  heaptrack: (input) => importHeaptrack(input),
  massif: (input) => importMassif(input),
  dhat: (input) => importDhat(input),
  heapprofile: (input) => importHeapProfile(input),
  heapsnapshot: (input) => importHeapSnapshot(input),
  pprof: (input) => importPprof(input),
  speedscope: (input) => importSpeedscope(input),
};

/**
 * Reads a trace of the given format, or of the one that it looks like; one that is compressed by gzip too.
 *
 * @throws TraceFormatError where it is empty or looks like no format, or is not of the one that it should be
 */
export async function importTrace(input: AsyncIterable<Uint8Array>, format?: TraceFormat): Promise<Imported> {
  const plain = await decompressed(input);
  if (format !== undefined) return IMPORTERS[format](plain);
  const { head, all } = await peek(plain, HEAD_SIZE);
  const text = head.toString("utf8");
  const guessed = guess(text);
  if (guessed === undefined) throw unknownFormat(text);
  return IMPORTERS[guessed](all);
}
