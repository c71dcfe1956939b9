import { setTimeout as delay } from "node:timers/promises";
import { LONGEST_TIMER } from "./longest-timer.ts";

/** Passes bytes on no faster than so many in a second, on average. */
export async function* pace(
  chunks: AsyncIterable<Uint8Array>,
  maxRate: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const started = performance.now();
  let passed = 0;
  for await (const chunk of chunks) {
    passed += chunk.length;
    yield chunk;
    const early = (passed / maxRate) * 1000 - (performance.now() - started);
    if (early > 0) await sleep(early, signal);
  }
}

/** Waits, in milliseconds; an abort throws the signal's reason. */
export async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(Math.min(milliseconds, LONGEST_TIMER), undefined, signal && { signal }).catch(() => {});
  signal?.throwIfAborted();
}
