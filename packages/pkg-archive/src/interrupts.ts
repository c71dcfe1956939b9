const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** A program such as timeout sends a signal twice at once; one that comes later is to end the process, in milliseconds. */
const SAME_SIGNAL = 500;

/** Makes an abort of the signals to the process, so that what is being written can be taken away before it ends. */
export class Interrupts {
  readonly #controller = new AbortController();
  #first: NodeJS.Signals | undefined;
  #isListening = false;

  /** What the first signal aborts. Signals are listened to from the first use on: what writes nothing they end at once. */
  get signal(): AbortSignal {
    if (!this.#isListening) for (const signal of SIGNALS) process.on(signal, this.#note);
    this.#isListening = true;
    return this.#controller.signal;
  }

  /** Ends the process by the signal that has come, if one has, so that a shell sees it. */
  passOn(): void {
    this.#release();
    if (this.#first !== undefined) process.kill(process.pid, this.#first);
  }

  readonly #note = (signal: NodeJS.Signals): void => {
    if (this.#first !== undefined) return;
    this.#first = signal;
    this.#controller.abort();
    setTimeout(() => this.#release(), SAME_SIGNAL).unref();
  };

  /** Lets signals do again what they do by themselves. */
  #release(): void {
    for (const signal of SIGNALS) process.off(signal, this.#note);
  }
}
