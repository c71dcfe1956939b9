import type { Random } from "./random.ts";
import { syllables } from "./vocabulary.ts";

/** A word of two to four syllables that means nothing, now and then with a capital. */
export function inventedWord(random: Random): string {
  let word = "";
  for (let left = 2 + random.below(3); left > 0; left--) word += random.pick(syllables);
  return random.chance(0.05) ? word[0]?.toUpperCase() + word.slice(1) : word;
}
