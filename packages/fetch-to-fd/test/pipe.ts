import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "./fixture.ts";

/**
 * Makes a named pipe from which nobody reads.
 *
 * @param mkfifo the program that makes one
 * @returns its path, and a descriptor of it that does not block, open until the test has finished
 */
export function makeFifo(mkfifo: string): { readonly path: string; readonly fd: number } {
  const path = join(temporaryDirectory(), "fifo");
  execFileSync(mkfifo, [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(fd));
  return { path, fd };
}

/** Waits until a pipe takes no more. @param fd a descriptor of it that does not block */
export async function untilFull(fd: number): Promise<void> {
  for (;;) {
    try {
      writeSync(fd, ".");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return;
      throw error;
    }
    await delay(2);
  }
}
