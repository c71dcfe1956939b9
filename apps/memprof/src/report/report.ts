import { once } from "node:events";

/** Where a verb says things; the only place that writes to the terminal. */
export interface Report {
  /** The answer, on standard output; what nobody reads any more is left out. */
  print(pieces: Iterable<string | Uint8Array>): Promise<void>;
  /** The same on standard error, where standard output is the command's. */
  printBeside(pieces: Iterable<string | Uint8Array>): Promise<void>;
  /** A line about what happens, on standard error. */
  note(text: string): void;
  /** How wide the terminal is that the answer goes to; undefined where it is none. */
  readonly columns: number | undefined;
}

/** The terminal, or whatever standard output and error are. */
export class Terminal implements Report {
  readonly #out = new Output(process.stdout);
  readonly #beside = new Output(process.stderr);

  print(pieces: Iterable<string | Uint8Array>): Promise<void> {
    return this.#out.write(pieces);
  }

  printBeside(pieces: Iterable<string | Uint8Array>): Promise<void> {
    return this.#beside.write(pieces);
  }

  note(text: string): void {
    // At once, since the process may end by a signal right after it.
    process.stderr.write(`memprof: ${text}\n`);
  }

  get columns(): number | undefined {
    return process.stdout.isTTY ? process.stdout.columns : undefined;
  }

  /** Why the answer could not be written, such as a disk that is full; a reader who has gone is no reason. */
  get problem(): Error | undefined {
    const { error } = this.#out;
    if (error === undefined || error.code === "EPIPE") return undefined;
    return new Error(`standard output cannot be written: ${error.message}`, { cause: error });
  }
}

/** A stream that is written to until that fails. */
class Output {
  readonly #stream: NodeJS.WriteStream;
  error: NodeJS.ErrnoException | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", (error) => (this.error ??= error));
  }

  async write(pieces: Iterable<string | Uint8Array>): Promise<void> {
    for (const piece of pieces) {
      // Nothing is worked out for a reader who has gone.
      if (this.error !== undefined || !this.#stream.writable) return;
      if (!this.#stream.write(piece)) await once(this.#stream, "drain").catch(() => undefined);
    }
  }
}
