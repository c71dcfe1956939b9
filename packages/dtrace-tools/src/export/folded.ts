import type { Profile } from "../profile/profile.ts";

/**
 * Writes folded stacks, a line each: frames root first with `;` between them, a blank, the value.
 *
 * A `;` inside a name becomes `:`, a line end becomes a blank: the format cannot hold them.
 */
export function* toFolded(profile: Profile): Generator<string> {
  const safe = new Map<string, string>();
  for (const { frames, value } of profile.stacks()) {
    if (frames.length === 0 || value <= 0) continue;
    let line = "";
    for (const name of frames) {
      let written = safe.get(name);
      if (written === undefined) safe.set(name, (written = safeName(name)));
      line += line === "" ? written : `;${written}`;
    }
    yield `${line} ${value}\n`;
  }
}

function safeName(name: string): string {
  return name.replaceAll(";", ":").replaceAll(/[\r\n]/g, " ");
}
