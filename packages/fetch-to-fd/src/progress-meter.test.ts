import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProgressMeter } from "./progress-meter.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

test("the rate is that of the last seconds, without what was there from before", () => {
  const meter = new ProgressMeter(500, 100_000);
  vi.advanceTimersByTime(1000);
  expect(meter.progress(2500)).toEqual({ received: 2500, total: 100_000, rate: 2000, secondsLeft: 48.75 });
  for (let second = 1; second <= 10; second++) {
    vi.advanceTimersByTime(1000);
    meter.progress(2500 + second * 100);
  }
  vi.advanceTimersByTime(1000);
  expect(meter.progress(3600)).toMatchObject({ rate: 100, secondsLeft: 964 });
});

test("nobody can tell how long it takes without a total, or while nothing comes", () => {
  expect(new ProgressMeter(0, undefined).progress(5).secondsLeft).toBeUndefined();
  const meter = new ProgressMeter(0, 10);
  vi.advanceTimersByTime(1000);
  expect(meter.progress(0)).toMatchObject({ rate: 0, secondsLeft: undefined });
  expect(meter.progress(10).secondsLeft).toBe(0);
});
