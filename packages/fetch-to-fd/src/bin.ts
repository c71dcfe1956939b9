#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// The system does the work of a transfer. To compile this program for speed saves nothing and takes five megabytes, so that
// is turned off before the rest of it is loaded.
setFlagsFromString("--no-opt");
const { main } = await import("./command/main.ts");
const { endBySignal } = await import("./command/interrupts.ts");

try {
  await main(process.argv.slice(2));
} catch (error) {
  endBySignal();
  // Where the reader of a pipe has gone there is nobody to tell.
  if (!isUnread(error as Error)) process.stderr.write(`fetch-to-fd: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

/** Tells whether nobody reads what was written. A pipe of Node's is a socket, which is reset where some was still to be read. */
function isUnread({ code, cause }: NodeJS.ErrnoException): boolean {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code;
  // A server, too, can reset a connection.
  return reason === "EPIPE" || (reason === "ECONNRESET" && code === "ERR_FETCH_WRITE");
}
