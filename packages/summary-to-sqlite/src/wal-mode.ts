import type { Connection } from "./connection.ts";

/** How long to leave a file alone that others are using, in milliseconds. */
const PAUSE = 20;

/**
 * Turns to WAL mode, in which readers and a writer do not wait for each other.
 *
 * Who is writing in the mode of a file at rest, or is just turning from one to the other, is waited for as long as the
 * connection waits for others, which SQLite does not do here by itself.
 *
 * @throws SQLite's error, of the code SQLITE_BUSY where the time is over
 */
export function enterWalMode(connection: Connection): void {
  const timeout = connection.pragma("busy_timeout", { simple: true }) as number;
  const end = performance.now() + timeout;
  for (;;) {
    try {
      connection.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== "SQLITE_BUSY" || performance.now() >= end) throw error;
      // SQLite, too, sleeps while it waits.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
