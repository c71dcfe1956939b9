import { encodeBzip2, Random } from "test-support";

/** Nearly all bytes, so that with the two symbols for runs and that of the end there are codes of 8 bits for all. */
const ALPHABET = 254;

/**
 * Makes a text whose block, as `encodeBzip2` writes it, has the bits of a mark inside, several times perhaps.
 *
 * The symbols of a block are places in a move-to-front list. The wanted ones are put into the last column of the sorted
 * rotations, and the rest of it is varied until it is that of a text: until going from each byte to the one before it
 * comes through all of them.
 *
 * @param mark six bytes
 */
export function hideMark(
  mark: readonly number[],
  times = 1,
): { readonly text: Buffer; readonly packed: Buffer } {
  const random = new Random(1);
  for (;;) {
    const lastColumn = columnOf([
      // The last place again and again brings every byte once.
      ...Array.from({ length: ALPHABET }, () => ALPHABET - 1),
      ...Array.from({ length: times }, () => mark.map((symbol) => symbol - 1)).flat(),
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

/** Makes a block of the largest size that has nothing but marks inside, and whose checksum is wrong. */
export function fillWithMarks(mark: readonly number[]): Buffer {
  const groups = 18_000;
  const alphabet = bits(0xffff, 16).repeat(16) + bits(0xfffc, 16);
  // Two tables in which every code has 8 bits, of which all groups use the first.
  const tables =
    bits(2, 3) + bits(groups, 15) + "0".repeat(groups) + (bits(8, 5) + "0".repeat(ALPHABET + 2)).repeat(2);
  const symbols = mark
    .map((byte) => bits(byte, 8))
    .join("")
    .repeat(150_000 - 1);
  const head = [..."BZh9"].map((letter) => bits(letter.charCodeAt(0), 8)).join("");
  const text =
    head + bits(0x314159265359, 48) + bits(0, 32 + 1 + 24) + alphabet + tables + symbols + bits(0xff, 8);
  return Buffer.from(text.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)) ?? []);
}

function bits(value: number, count: number): string {
  return value.toString(2).padStart(count, "0");
}
