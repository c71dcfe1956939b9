const POLYNOMIAL = 0x04c11db7;

/** CRC-32 as bzip2 has it: the highest bit of a byte first. */
const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

/**
 * Carries a checksum on over more bytes; start with -1 and invert the last result.
 *
 * @param crc what came out for the bytes before
 */
export function crcUpdate(crc: number, bytes: Uint8Array): number {
  let value = crc;
  const { length } = bytes;
  // oxlint-disable-next-line typescript/prefer-for-of -- an index is several times faster here
  for (let index = 0; index < length; index++) {
    value = (value << 8) ^ (table[((value >>> 24) ^ (bytes[index] as number)) & 0xff] as number);
  }
  return value;
}

/** Takes a block's checksum into that of its stream. */
export function combineCrc(stream: number, block: number): number {
  return ((stream << 1) | (stream >>> 31)) ^ block;
}
