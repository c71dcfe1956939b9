import { expect, test, vi } from "vitest";
import { pace } from "./pace.ts";

async function* chunks(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(1000);
}

test("bytes pass no faster than they may", async () => {
  const started = performance.now();
  let passed = 0;
  for await (const chunk of pace(chunks(6), 20_000, undefined)) passed += chunk.length;
  // A timer may be a little early.
  expect(performance.now() - started).toBeGreaterThan(295);
  expect(passed).toBe(6000);
});

test("an abort ends the waiting", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  const read = async () => {
    for await (const _ of pace(chunks(2), 1, abort.signal)) setImmediate(() => abort.abort(reason));
  };
  await expect(read()).rejects.toBe(reason);
});

test("what is left early is left", async () => {
  const left = vi.fn<() => void>();
  async function* source() {
    try {
      yield* chunks(2);
    } finally {
      left();
    }
  }
  for await (const _ of pace(source(), 1e9, undefined)) break;
  expect(left).toHaveBeenCalledOnce();
});
