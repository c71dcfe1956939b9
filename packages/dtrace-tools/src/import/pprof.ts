import { Profile as Pprof } from "pprof-format";
import { TraceFormatError } from "../errors.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { decompressed } from "./peek.ts";
import { readAll } from "./read-all.ts";

/**
 * Reads a pprof file (profile.proto), compressed or not: of its values the default one, else the last.
 *
 * @throws TraceFormatError where it is none
 */
export async function importPprof(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const pprof = decode(await readAll(await decompressed(input)));
  const text = (index: number | bigint): string => pprof.stringTable.strings[Number(index)] ?? "";
  const chosen = pprof.sampleType.findLastIndex(({ type }) => type === pprof.defaultSampleType && type !== 0);
  const which = chosen === -1 ? pprof.sampleType.length - 1 : chosen;
  const unit = text(pprof.sampleType[which]?.unit ?? 0) === "bytes" ? "bytes" : "samples";
  const nameOf = new Map(pprof.function.map(({ id, name }) => [Number(id), text(name)]));
  const framesOf = new Map(
    pprof.location.map(({ id, line, address }) => {
      const names = line.map(({ functionId }) => nameOf.get(Number(functionId)) ?? "[unknown]");
      return [Number(id), names.length > 0 ? names : [`0x${address.toString(16)}`]];
    }),
  );
  const profile = new Profile(unit);
  for (const { locationId, value } of pprof.sample) {
    // Both the locations and the functions inlined at one are leaf first.
    const frames = locationId.flatMap((id) => framesOf.get(Number(id)) ?? ["[unknown]"]).toReversed();
    profile.add(frames, Number(value[which] ?? 0));
  }
  return { profile, lost: 0, warnings: [] };
}

function decode(bytes: Buffer): Pprof {
  try {
    const pprof = Pprof.decode(bytes);
    if (pprof.sampleType.length > 0 && pprof.stringTable.strings[0] === "") return pprof;
  } catch (error) {
    const { message } = error as Error;
    throw new TraceFormatError(0, `expected a pprof profile, found something else: ${message}`);
  }
  throw new TraceFormatError(0, "expected a pprof profile, found something without sample types");
}
