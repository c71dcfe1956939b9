import { Random } from "test-support";

/** Functions that occur, a few in most stacks and many in few. */
const FUNCTIONS = 4000;
const FRAMES = 16;
const CHUNK_SIZE = 64 * 1024;

/**
 * Generates what DTrace prints for `@[ustack()] = sum(bytes)`: distinct stacks of some 940 bytes, leaf first, each followed by
 * its value.
 */
export function* dtraceStacks(count: number): Generator<Buffer, void, void> {
  const random = new Random(7);
  const functions = Array.from({ length: FUNCTIONS }, (_, number) => functionName(number, random));
  let text = "\n";
  for (let stack = 0; stack < count; stack++) {
    text += "\n";
    for (let depth = FRAMES; depth > 0; depth--) {
      // Near the root there is less to choose from.
      const choice = Math.floor(random.fraction() ** 3 * Math.min(FUNCTIONS, 4 + depth * 200));
      text += `              ${functions[choice]}+0x${random.below(4096).toString(16)}\n`;
    }
    text += `              program\`caller_${stack}+0x12\n              program\`main+0x40\n`;
    text += `${String(4096 * (1 + random.below(64))).padStart(20)}\n`;
    if (text.length < CHUNK_SIZE) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}

function functionName(number: number, random: Random): string {
  const module = random.pick(["libc.so.1", "libsqlite3.so.0", "libarchive.so.13", "program"]);
  return `${module}\`${random.pick(["update", "read", "parse", "insert"])}_something_${number}`;
}
