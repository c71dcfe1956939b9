const UNITS = ["B", "K", "M", "G", "T", "P", "E"] as const;
/** Above this a signed 64-bit count of hundredths would overflow, and the C programs stop rounding. */
const MAX_EXACT = (2n ** 63n - 1n) / 100n;

/**
 * Formats a number of bytes the way pkgin prints sizes: at most four digits and a unit, factor 1024.
 *
 * @param bytes zero or more; a negative number is formatted by its magnitude
 * @returns such as `0B`, `9999B`, `9.8K`, `2979K`
 */
export function humanSize(bytes: bigint): string {
  const magnitude = bytes < 0n ? -bytes : bytes;
  const scale = magnitude > MAX_EXACT ? 1n : 100n;
  let value = magnitude * scale;
  let unit = 0;
  while (value + scale / 2n >= 10_000n * scale && unit < UNITS.length - 1) {
    value /= 1024n;
    unit += 1;
  }
  if (unit > 0 && scale === 100n && value < 995n) {
    const tenths = (value + 5n) / 10n;
    return `${tenths / 10n}.${tenths % 10n}${UNITS[unit]}`;
  }
  return `${(value + scale / 2n) / scale}${UNITS[unit]}`;
}
