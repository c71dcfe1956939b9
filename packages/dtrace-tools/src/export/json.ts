import type { Profile } from "../profile/profile.ts";

/**
 * Writes a profile as JSON, in pieces: `{"unit", "total", "frames": [name, ...], "stacks": [[[frame, ...], value, count], ...]}`.
 *
 * Stacks are root first and name their frames by index.
 */
export function* toProfileJson(profile: Profile): Generator<string> {
  const ids = new Map<string, number>();
  yield `{"unit":${JSON.stringify(profile.unit)},"total":${profile.total},"stacks":[`;
  let separator = "\n";
  for (const { frames, value, count } of profile.stacks()) {
    const numbers = frames.map((frame) => {
      const id = ids.get(frame) ?? ids.size;
      ids.set(frame, id);
      return id;
    });
    yield `${separator}${JSON.stringify([numbers, value, count])}`;
    separator = ",\n";
  }
  yield `],\n"frames":${JSON.stringify([...ids.keys()])}}\n`;
}
