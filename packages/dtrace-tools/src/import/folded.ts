import { TraceFormatError } from "../errors.ts";
import { lines } from "../lines.ts";
import { Profile, type Unit } from "../profile.ts";
import type { Imported } from "./imported.ts";

/**
 * Reads folded stacks, a line each: frames root first with `;` between them, a blank, a number.
 *
 * @throws TraceFormatError with the number of the first line that is something else
 */
export async function importFolded(
  input: AsyncIterable<Uint8Array>,
  unit: Unit = "bytes",
): Promise<Imported> {
  const profile = new Profile(unit);
  let number = 0;
  for await (const batch of lines(input)) {
    for (const line of batch) {
      number++;
      if (line === "" || line.startsWith("#")) continue;
      const stack = parseFolded(line);
      if (stack === undefined) {
        const found = JSON.stringify(line.slice(0, 60));
        throw new TraceFormatError(number, `line ${number}: expected "frame;frame NUMBER", found ${found}`);
      }
      profile.add(stack.frames, stack.value);
    }
  }
  return { profile, lost: 0, warnings: [] };
}

/** Takes a folded line apart; undefined where it is none. */
export function parseFolded(line: string): { frames: string[]; value: number } | undefined {
  const blank = line.trimEnd().lastIndexOf(" ");
  const number = line.slice(blank + 1).trimEnd();
  if (blank <= 0 || !/^\d+(?:\.\d+)?$/.test(number)) return undefined;
  // Some writers put a `;` or more blanks before the number too.
  const stack = line.slice(0, blank).trimEnd().replace(/;$/, "");
  return { frames: stack.split(";"), value: Number(number) };
}
