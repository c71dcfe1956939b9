const POLYNOMIAL = 0x04c11db7;

/** CRC-32 as bzip2 has it: the highest bit of a byte first. One table for each place of a byte among four. */
const [last, third, second, first] = makeTables() as [Int32Array, Int32Array, Int32Array, Int32Array];

/**
 * Carries a checksum on over more bytes; start with -1 and invert the last result.
 *
 * @param crc what came out for the bytes before
 */
export function crcUpdate(crc: number, bytes: Uint8Array): number {
  const { length } = bytes;
  let value = crc;
  let index = 0;
  for (; index < length - 3; index += 4) {
    value ^=
      ((bytes[index] as number) << 24) |
      ((bytes[index + 1] as number) << 16) |
      ((bytes[index + 2] as number) << 8) |
      (bytes[index + 3] as number);
    value =
      (first[value >>> 24] as number) ^
      (second[(value >>> 16) & 0xff] as number) ^
      (third[(value >>> 8) & 0xff] as number) ^
      (last[value & 0xff] as number);
  }
  for (; index < length; index++) value = step(value, bytes[index] as number);
  return value;
}

/** Takes a block's checksum into that of its stream. */
export function combineCrc(stream: number, block: number): number {
  return ((stream << 1) | (stream >>> 31)) ^ block;
}

function step(crc: number, byte: number): number {
  return (crc << 8) ^ (last[((crc >>> 24) ^ byte) & 0xff] as number);
}

function makeTables(): Int32Array[] {
  const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
    return crc;
  });
  const tables = [table];
  for (let place = 1; place < 4; place++) {
    const before = tables[place - 1] as Int32Array;
    tables.push(before.map((crc) => (crc << 8) ^ (table[crc >>> 24] as number)));
  }
  return tables;
}
