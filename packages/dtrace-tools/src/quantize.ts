/** How many values fell into each power-of-two bucket, by the bucket's printed value (see `bucketOf`). */
export type Buckets = ReadonlyMap<number, number>;

/** How `quantizeText` writes a distribution. */
export interface QuantizeTextOptions {
  /** Printed on a line above, indented by two blanks. */
  readonly title?: string | undefined;
  /** Keep the blanks that DTrace prints after the counts; without them it is as people quote it. */
  readonly padded?: boolean | undefined;
}

const WIDTH = 40;
const HEADING = "------------- Distribution -------------";
/** DTrace's buckets are those of a signed 64-bit integer. */
const LARGEST = 2 ** 62;

/**
 * Tells the bucket of a value as DTrace's `quantize()` does: 2^n for [2^n, 2^(n+1)), 0 for 0, and the same with
 * a minus sign for negative values.
 *
 * @param value an integer
 */
export function bucketOf(value: number): number {
  if (value === 0) return 0;
  const size = Math.abs(value);
  let power = 2 ** Math.floor(Math.log2(size));
  // The logarithm of a number just below a power of two may round up to it.
  if (power > size) power /= 2;
  return Math.sign(value) * Math.min(power, LARGEST);
}

/** Adds one value, or several equal ones, to a distribution. */
export function quantize(buckets: Map<number, number>, value: number, times = 1): void {
  const bucket = bucketOf(value);
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + times);
}

/**
 * Writes a distribution as DTrace prints it: one empty bucket on each side, bars of 40 `@` for the whole.
 *
 * The form is that of libdtrace's `dt_print_quantize`. Counts of both signs are drawn from a line in the middle.
 */
export function quantizeText(buckets: Buckets, options: QuantizeTextOptions = {}): string {
  const rows = rowsOf(buckets);
  const counts = rows.map((row) => row[1]);
  const total = counts.reduce((sum, count) => sum + Math.abs(count), 0);
  const mixed = counts.some((count) => count > 0) && counts.some((count) => count < 0);
  const lines = [`${"value".padStart(16)} ${HEADING.padStart(41)} ${"count".padEnd(9)}`];
  for (const [value, count] of rows) {
    const drawn = mixed ? centredBar(count, total) : `|${bar(count, total, WIDTH).padEnd(WIDTH)}`;
    lines.push(`${String(value).padStart(16)} ${drawn} ${String(count).padEnd(9)}`);
  }
  if (options.title !== undefined) lines.unshift(`  ${options.title}`);
  return lines.map((line) => `${options.padded === true ? line : line.trimEnd()}\n`).join("");
}

function bar(count: number, total: number, width: number): string {
  if (total === 0) return "";
  return "@".repeat(Math.floor((Math.abs(count) * width) / total + 0.5));
}

function centredBar(count: number, total: number): string {
  const half = WIDTH / 2;
  const drawn = bar(count, total, half);
  return count <= 0
    ? `${drawn.padStart(half)}|${" ".repeat(half)}`
    : `${" ".repeat(half)}|${drawn.padEnd(half)}`;
}

/** Every bucket from the one below the first in use to the one above the last, with its count. */
export function rowsOf(buckets: Buckets): [value: number, count: number][] {
  const used = [...buckets.keys()].filter((value) => buckets.get(value) !== 0);
  if (used.length === 0) used.push(0);
  const positions = used.map(positionOf);
  const first = Math.max(Math.min(...positions) - 1, positionOf(-LARGEST));
  const last = Math.min(Math.max(...positions) + 1, positionOf(LARGEST));
  const rows: [number, number][] = [];
  for (let position = first; position <= last; position++) {
    const value = Math.sign(position) * (position === 0 ? 0 : 2 ** (Math.abs(position) - 1));
    // `+ 0` because the sign of zero would be printed otherwise.
    rows.push([value + 0, buckets.get(value + 0) ?? 0]);
  }
  return rows;
}

/** Buckets in a row: ..., -2, -1, 0, 1, 2, 4 are -2, -1, 0, 1, 2, 3. */
function positionOf(value: number): number {
  return value === 0 ? 0 : Math.sign(value) * (Math.log2(Math.abs(value)) + 1);
}
