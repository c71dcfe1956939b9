import { TraceFormatError } from "../errors.ts";
import { Profile } from "../profile/profile.ts";
import { isObject, readJson } from "./read-all.ts";
import type { Imported } from "./imported.ts";

interface SpeedscopeProfile {
  readonly type: "evented" | "sampled";
  readonly unit: string;
  readonly samples?: readonly (readonly number[])[];
  readonly weights?: readonly number[];
  readonly events?: readonly { type: "C" | "O"; frame: number; at: number }[];
}

/**
 * Reads a speedscope file; where it has several profiles, their sum.
 *
 * @throws TraceFormatError where it is none
 */
export async function importSpeedscope(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const file = await readJson(input, "a speedscope file");
  const shared = isObject(file) ? file["shared"] : undefined;
  const frames = isObject(shared) ? shared["frames"] : undefined;
  const profiles = isObject(file) ? file["profiles"] : undefined;
  if (!Array.isArray(frames) || !Array.isArray(profiles)) {
    throw new TraceFormatError(
      0,
      "expected a speedscope file, found JSON without shared.frames and profiles",
    );
  }
  const names = frames.map((frame: unknown) => (isObject(frame) ? String(frame["name"]) : "?"));
  const all = profiles as readonly SpeedscopeProfile[];
  const profile = new Profile(all[0]?.unit === "bytes" ? "bytes" : "samples");
  for (const one of all) {
    if (one.type === "sampled") addSamples(profile, one, names);
    else addEvents(profile, one, names);
  }
  return { profile, lost: 0, warnings: [] };
}

function addSamples(profile: Profile, one: SpeedscopeProfile, names: readonly string[]): void {
  for (const [at, sample] of (one.samples ?? []).entries()) {
    profile.add(
      sample.map((frame) => names[frame] ?? "?"),
      one.weights?.[at] ?? 1,
    );
  }
}

/** Frames that open and close: what lies between two events belongs to the frames that are open. */
function addEvents(profile: Profile, one: SpeedscopeProfile, names: readonly string[]): void {
  const open: string[] = [];
  let last = one.events?.[0]?.at ?? 0;
  for (const { type, frame, at } of one.events ?? []) {
    if (at > last && open.length > 0) profile.add(open, at - last);
    last = at;
    if (type === "O") open.push(names[frame] ?? "?");
    else open.pop();
  }
}
