import { TraceFormatError } from "../errors.ts";
import { emptySums } from "../heap/sums.ts";
import { Profile } from "../profile/profile.ts";
import { quantize } from "../quantize.ts";
import type { Imported } from "./imported.ts";
import { isObject, readJson } from "./read-all.ts";
import { valgrindFrame } from "./valgrind-frame.ts";

/** A place that allocated: bytes and blocks in all, at the largest size of the heap, and at the end; its stack. */
interface ProgramPoint {
  readonly tb: number;
  readonly tbk: number;
  readonly gb?: number;
  readonly eb?: number;
  /** Indices of frames, leaf first. */
  readonly fs: readonly number[];
}

/**
 * Reads what `valgrind --tool=dhat` writes: stacks weighed by the bytes that they asked for, freed or not.
 *
 * Sizes are counted in buckets by the average of each place.
 *
 * @throws TraceFormatError where it is no such file
 */
export async function importDhat(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const file = await readJson(input, "a file of dhat");
  const [points, table] = isObject(file) ? [file["pps"], file["ftbl"]] : [];
  if (!Array.isArray(points) || !Array.isArray(table)) {
    throw new TraceFormatError(0, "expected a file of dhat, found JSON without pps and ftbl");
  }
  const names = table.map((text: unknown) => valgrindFrame(String(text)));
  const profile = new Profile("bytes");
  const totals = emptySums();
  for (const { tb, tbk, gb = 0, eb = 0, fs } of points as readonly ProgramPoint[]) {
    profile.add(fs.map((frame) => names[frame] ?? "?").toReversed(), tb, tbk);
    totals.bytes += tb;
    totals.calls += tbk;
    totals.released += tb - eb;
    totals.peak += gb;
    totals.held += eb;
    if (tbk > 0) quantize(totals.buckets, Math.round(tb / tbk), tbk);
  }
  return { profile, heap: { totals, processes: [] }, lost: 0, warnings: [] };
}
