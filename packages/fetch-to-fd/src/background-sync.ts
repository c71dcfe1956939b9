import type { FileHandle } from "node:fs/promises";

/** So much is written from one time to the next at least, in bytes. */
const INTERVAL = 16 * 1024 * 1024;

/** Brings a file to disk while more of it comes, so that the disk works meanwhile and little is left for the end. */
export class BackgroundSync {
  readonly #file: FileHandle;
  /** What has been written since the last time, in bytes. */
  #written = 0;
  #running: Promise<void> | undefined;
  #failure: unknown;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Says that so many bytes more are written. @throws the failure of an earlier time */
  noteWritten(bytes: number): void {
    this.#throwFailure();
    this.#written += bytes;
    if (this.#running !== undefined || this.#written < INTERVAL) return;
    this.#written = 0;
    this.#running = this.#sync();
  }

  /** Waits until nothing is under way. */
  async settle(): Promise<void> {
    await this.#running;
  }

  /** Brings the rest to disk. @throws the failure of any time */
  async finish(): Promise<void> {
    await this.settle();
    this.#throwFailure();
    await this.#file.sync();
  }

  async #sync(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#failure = error;
    }
    this.#running = undefined;
  }

  /** The system tells a failure once, and nothing of it the next time. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
