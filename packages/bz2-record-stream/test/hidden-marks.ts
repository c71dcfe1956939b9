import { encodeBzip2, Random } from "test-support";

/** Nearly all bytes, so that with the two symbols for runs and that of the end there are codes of 8 bits for all. */
const ALPHABET = 254;

/**
 * Makes a text whose block, as `encodeBzip2` writes it, has the bits of a mark inside.
 *
 * The symbols of a block are places in a move-to-front list. The wanted ones are put into the last column of the sorted
 * rotations, and the rest of it is varied until it is that of a text: until going from each byte to the one before it
 * comes through all of them.
 *
 * @param mark six bytes
 */
export function hideMark(mark: readonly number[]): { readonly text: Buffer; readonly packed: Buffer } {
  const random = new Random(1);
  for (;;) {
    const lastColumn = columnOf([
      // The last place again and again brings every byte once.
      ...Array.from({ length: ALPHABET }, () => ALPHABET - 1),
      ...mark.map((symbol) => symbol - 1),
      ...Array.from({ length: 100 }, () => 1 + random.below(ALPHABET - 1)),
    ]);
    const text = textOf(lastColumn);
    if (text !== undefined) return { text, packed: encodeBzip2(text) };
  }
}

function columnOf(places: readonly number[]): number[] {
  const front = Array.from({ length: ALPHABET }, (_, byte) => byte);
  return places.map((place) => {
    const [byte = 0] = front.splice(place, 1);
    front.unshift(byte);
    return byte;
  });
}

/** Undoes the sorting, or gives undefined for a column that no text has. */
function textOf(column: readonly number[]): Buffer | undefined {
  const sorted = [...column.keys()].toSorted((a, b) => (column[a] ?? 0) - (column[b] ?? 0) || a - b);
  const text: number[] = [];
  let row = 0;
  do {
    row = sorted[row] ?? 0;
    text.push(column[row] ?? 0);
  } while (row !== 0);
  return text.length === column.length ? Buffer.from(text) : undefined;
}
