import { swapped } from "./bits";
import { CRC_TABLES } from "./layout";

const POLYNOMIAL: u32 = 0x04c11db7;

/** CRC-32 as bzip2 has it, the highest bit of a byte first: for each byte what it comes to with 0 to 7 bytes behind it. */
export function makeCrcTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc >>> 31 ? POLYNOMIAL : 0);
    store<u32>(CRC_TABLES + byte * 4, crc);
  }
  for (let index: usize = 256; index < 8 * 256; index++) {
    const before = load<u32>(CRC_TABLES + (index - 256) * 4);
    store<u32>(CRC_TABLES + index * 4, (before << 8) ^ load<u32>(CRC_TABLES + (before >>> 24) * 4));
  }
}

/** Carries a checksum on over more bytes; it starts with all bits set and is inverted in the end. */
export function updateCrc(crc: u32, from: usize, size: usize): u32 {
  let address = from;
  const end = from + size;
  for (; address + 8 <= end; address += 8) {
    const first = crc ^ swapped(address);
    const second = swapped(address + 4);
    crc =
      entry(7, first >>> 24) ^
      entry(6, (first >>> 16) & 0xff) ^
      entry(5, (first >>> 8) & 0xff) ^
      entry(4, first & 0xff) ^
      entry(3, second >>> 24) ^
      entry(2, (second >>> 16) & 0xff) ^
      entry(1, (second >>> 8) & 0xff) ^
      entry(0, second & 0xff);
  }
  for (; address < end; address++) crc = (crc << 8) ^ entry(0, (crc >>> 24) ^ (load<u8>(address) as u32));
  return crc;
}

function entry(behind: usize, byte: u32): u32 {
  return load<u32>(CRC_TABLES + behind * 1024 + byte * 4);
}
