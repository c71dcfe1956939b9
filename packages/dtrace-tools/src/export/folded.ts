import type { Profile } from "../profile.ts";

/**
 * Writes folded stacks, a line each: frames root first with `;` between them, a blank, the value.
 *
 * A `;` inside a name becomes `:`, a line end becomes a blank: the format cannot hold them.
 */
export function* toFolded(profile: Profile): Generator<string> {
  for (const { frames, value } of profile.stacks()) {
    if (frames.length > 0 && value > 0) yield `${frames.map(safeName).join(";")} ${value}\n`;
  }
}

function safeName(name: string): string {
  return name.replaceAll(";", ":").replaceAll(/[\r\n]/g, " ");
}
