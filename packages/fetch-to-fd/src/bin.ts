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
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  // Where the reader of a pipe has gone there is nobody to tell.
  if (cause?.code !== "EPIPE") process.stderr.write(`fetch-to-fd: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
