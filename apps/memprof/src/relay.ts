import { isatty } from "node:tty";

/** Those that the command would have got from whoever sent them, had it not been started by memprof. */
const FORWARDED = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR2"] as const;
/** The terminal sends these to the command too. */
const FROM_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];

/** Passes signals on to the command, and keeps them from ending memprof before the recording is written. */
export class Relay {
  readonly #handlers = new Map<NodeJS.Signals, () => void>();
  readonly #early: NodeJS.Signals[] = [];
  readonly #all: boolean;
  readonly #onSignal: ((signal: NodeJS.Signals) => void) | undefined;
  #target: { kill(signal: NodeJS.Signals): void } | undefined;

  /**
   * @param all whether those of the terminal are passed on too, since the target is not of this terminal
   * @param onSignal told of each signal that memprof got
   */
  constructor(all: boolean, onSignal: ((signal: NodeJS.Signals) => void) | undefined) {
    this.#all = all;
    this.#onSignal = onSignal;
    for (const name of FORWARDED) {
      const handler = (): void => this.#pass(name);
      this.#handlers.set(name, handler);
      process.on(name, handler);
    }
  }

  start(target: { kill(signal: NodeJS.Signals): void }): void {
    this.#target = target;
    for (const name of this.#early.splice(0)) target.kill(name);
  }

  stop(): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler);
  }

  #pass(name: NodeJS.Signals): void {
    this.#onSignal?.(name);
    if (this.#target === undefined) this.#early.push(name);
    else if (this.#all || !onTerminal() || !FROM_TERMINAL.includes(name)) this.#target.kill(name);
  }
}

/** Tells whether one of the three streams is a terminal; the others may well be pipes then. */
function onTerminal(): boolean {
  return [0, 1, 2].some((descriptor) => isatty(descriptor));
}
