import { Random } from "test-support";

/** Text of a few words, bytes at random and long runs, of any length. */
export function mixed(seed: number, size: number): Buffer {
  const random = new Random(seed);
  const parts: Buffer[] = [];
  for (let length = 0; length < size; length += parts.at(-1)?.length ?? 0) {
    const count = 1 + random.below(60_000);
    const kind = random.below(3);
    if (kind === 0) parts.push(Buffer.alloc(count, random.below(256)));
    else if (kind === 1) parts.push(Buffer.from(Array.from({ length: count }, () => random.below(256))));
    else
      parts.push(
        Buffer.from(Array.from({ length: count / 4 }, () => random.pick(["ab", "c\n", "the"])).join(" ")),
      );
  }
  return Buffer.concat(parts).subarray(0, size);
}
