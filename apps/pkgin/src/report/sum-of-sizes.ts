/** Adds sizes up, in bytes; one that is not known counts as none. */
export function sumOfSizes(sizes: readonly (bigint | undefined)[]): bigint {
  return sizes.reduce<bigint>((total, size = 0n) => total + size, 0n);
}
