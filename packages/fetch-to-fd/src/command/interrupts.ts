const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** A program such as timeout sends a signal twice at once; one that comes later is to end the process, in milliseconds. */
const SAME_SIGNAL = 500;

/** Makes an abort of signals to the process, so that it can clean up before it ends. */
export class Interrupts {
  readonly #controller = new AbortController();
  #first: NodeJS.Signals | undefined;

  /** Listens to signals from here on. @returns what is aborted by the first */
  listen(): AbortSignal {
    for (const signal of SIGNALS) process.on(signal, this.#note);
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
