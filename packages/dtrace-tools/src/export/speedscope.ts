import type { Profile } from "../profile/profile.ts";

const SCHEMA = "https://www.speedscope.app/file-format-schema.json";

/** Writes a profile as a file for speedscope, in pieces: frames, and each stack with its value. */
export function* toSpeedscope(profile: Profile, name = "profile"): Generator<string> {
  const ids = new Map<string, number>();
  const samples: number[][] = [];
  const weights: number[] = [];
  for (const { frames, value } of profile.stacks()) {
    if (frames.length === 0 || value <= 0) continue;
    samples.push(
      frames.map((frame) => {
        const id = ids.get(frame) ?? ids.size;
        ids.set(frame, id);
        return id;
      }),
    );
    weights.push(value);
  }
  const unit = profile.unit === "bytes" ? "bytes" : "none";
  const frames = [...ids.keys()].map((frame) => ({ name: frame }));
  const facts = { type: "sampled", name, unit, startValue: 0, endValue: profile.total };
  yield `{"$schema":"${SCHEMA}","exporter":"dtrace-tools","name":${JSON.stringify(name)},"activeProfileIndex":0,`;
  yield `"shared":{"frames":${JSON.stringify(frames)}},\n"profiles":[${JSON.stringify(facts).slice(0, -1)},"samples":[`;
  for (const [at, sample] of samples.entries()) yield `${at === 0 ? "" : ","}\n${JSON.stringify(sample)}`;
  yield `],\n"weights":${JSON.stringify(weights)}}]}\n`;
}
