import { BLOCK_SIZE, INPUT, WINDOW } from "./layout";
import { forgetCode, readLiterals } from "./literals";
import { forgetSequences, runSequences } from "./sequences";

const RAW: u32 = 0;
const REPEATED: u32 = 1;

/** Forgets what blocks of one frame know of those before. */
export function startFrame(): void {
  forgetCode();
  forgetSequences();
}

/**
 * Decodes the block that lies at INPUT to behind the text at WINDOW.
 *
 * @param kind 0 for bytes as they are, 1 for one byte again and again, 2 for a compressed block
 * @param size of the block, or how often the byte is repeated
 * @param filled how much text there is before
 * @returns how much text is added, or -1 where something is wrong
 */
export function decodeBlock(kind: u32, size: u32, filled: u32): i32 {
  const output = WINDOW + filled;
  if (kind == RAW) memory.copy(output, INPUT, size);
  else if (kind == REPEATED) memory.fill(output, load<u8>(INPUT), size);
  else {
    const end = INPUT + size;
    const sequences = readLiterals(INPUT, end);
    if (sequences == 0) return -1;
    const after = runSequences(sequences, end, WINDOW, output, output + BLOCK_SIZE);
    return after == 0 ? -1 : <i32>(after - output);
  }
  return size;
}
