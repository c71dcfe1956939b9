import { TimeLimitError } from "./fetch-error.ts";
import { LONGEST_TIMER } from "./longest-timer.ts";
import type { OpenOptions } from "./options.ts";

/** A signal that also comes when all the time is used up. */
export interface Deadline {
  readonly signal: AbortSignal | undefined;
  /** The transfer is over. */
  clear(): void;
}

/** Starts the clock for a transfer, where it has a limit. */
export function startDeadline(url: string | URL, { signal, timeout }: OpenOptions): Deadline {
  if (timeout === undefined) return { signal, clear() {} };
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const expire = () => controller.abort(new TimeLimitError(url, timeout));
  const timer = setTimeout(expire, Math.min(timeout, LONGEST_TIMER));
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}
