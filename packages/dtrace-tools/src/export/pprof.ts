import { gzipSync } from "node:zlib";
import { Profile as Pprof, StringTable } from "pprof-format";
import type { Profile } from "../profile/profile.ts";

/** What a pprof file says beside the stacks. */
export interface PprofOptions {
  /** When the profile began. */
  readonly startedAt?: Date | undefined;
  /** How long it took, in milliseconds. */
  readonly duration?: number | undefined;
}

/**
 * Writes a profile in pprof's format (profile.proto), compressed by gzip as its readers expect.
 *
 * Values are integers there; fractions are rounded. Each stack has the number of its events and its value.
 */
export function toPprof(profile: Profile, options: PprofOptions = {}): Uint8Array {
  const strings = new StringTable();
  const ids = new Map<string, number>();
  const functions: { id: number; name: number }[] = [];
  const idOf = (name: string): number => {
    let id = ids.get(name);
    if (id === undefined) {
      id = functions.length + 1;
      ids.set(name, id);
      functions.push({ id, name: strings.dedup(name) });
    }
    return id;
  };
  const sample = [...profile.stacks()].map(({ frames, value, count }) => ({
    locationId: frames.map(idOf).toReversed(),
    value: [Math.round(count), Math.round(value)],
  }));
  const [events, count] = [strings.dedup("events"), strings.dedup("count")];
  const weight = {
    type: strings.dedup(profile.unit === "bytes" ? "space" : "samples"),
    unit: profile.unit === "bytes" ? strings.dedup("bytes") : count,
  };
  const { startedAt, duration } = options;
  const pprof = new Pprof({
    sampleType: [{ type: events, unit: count }, weight],
    sample,
    location: functions.map(({ id }) => ({ id, line: [{ functionId: id }] })),
    function: functions,
    stringTable: strings,
    defaultSampleType: weight.type,
    ...(startedAt === undefined ? {} : { timeNanos: BigInt(startedAt.getTime()) * 1_000_000n }),
    ...(duration === undefined ? {} : { durationNanos: BigInt(Math.round(duration)) * 1_000_000n }),
  });
  return gzipSync(pprof.encode());
}
