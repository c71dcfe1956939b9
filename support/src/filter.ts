import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text as readText } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

/** Bytes that come piece by piece. */
export type ByteSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Sends bytes through a program of the machine, as a shell's pipe does.
 *
 * @throws Error when the program fails, with what it said
 */
export async function* filter(
  tool: string,
  args: readonly string[],
  input: ByteSource,
): AsyncGenerator<Uint8Array, void, void> {
  const child = spawn(tool, args, { stdio: ["pipe", "pipe", "pipe"] });
  const closed = once(child, "close") as Promise<[number | null]>;
  const problems = readText(child.stderr);
  const fed = pipeline(Readable.from(input), child.stdin);
  // Whoever stops reading ends the program; that its input then breaks is no news.
  fed.catch(() => {});
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const [status] = await closed;
    if (status !== 0) throw new Error(`${tool} ended with ${status}: ${await problems}`);
    await fed;
  } finally {
    child.kill();
  }
}
