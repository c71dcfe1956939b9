import { LONGEST_TIMER } from "./longest-timer.ts";

/** Tells when something that is waited for has not come in time. */
export class WaitLimit {
  readonly #onExpired: (limit: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #isWaiting = false;

  constructor(onExpired: (limit: number) => void) {
    this.#onExpired = onExpired;
  }

  /** Begins to wait, anew if it waits already. */
  start(limit: number): void {
    this.stop();
    this.#isWaiting = true;
    this.#timer = setTimeout(() => this.#expire(limit), Math.min(limit, LONGEST_TIMER));
  }

  stop(): void {
    this.#isWaiting = false;
    clearTimeout(this.#timer);
  }

  /** A program that was kept from running may find that all has come meanwhile, so that is looked at first. */
  #expire(limit: number): void {
    const timer = this.#timer;
    setImmediate(() => {
      if (this.#isWaiting && this.#timer === timer) this.#onExpired(limit);
    });
  }
}
