import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { TracerError } from "../errors.ts";
import { run } from "./processes.ts";

/** A named pipe by which a tracer's log comes while it is written, so that nothing of it lies on disk. */
export interface Fifo {
  readonly path: string;
  /** What is written to it, until it is closed and empty. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Says that the writer has ended: what is still in the pipe comes, then the end. */
  close(): void;
}

/** Makes named pipes. @throws TracerError where `mkfifo` fails */
export async function makeFifos(...paths: string[]): Promise<void> {
  const made = await run("mkfifo", ["-m", "600", ...paths]);
  if (made.code !== 0) throw new TracerError(`cannot make a named pipe: ${made.stderr.trim()}`, made.stderr);
}

/** Makes a named pipe and opens it for reading. */
export async function openFifo(path: string): Promise<Fifo> {
  await makeFifos(path);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // A pipe that nobody writes to is at its end, which must not come before the tracer has opened it.
  let writer: number | undefined = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return {
    path,
    bytes: new Socket({ fd: reader, readable: true, writable: false }),
    close() {
      if (writer !== undefined) closeSync(writer);
      writer = undefined;
    },
  };
}
