import { readSync } from "node:fs";
import type { Output } from "./output.ts";

/** How questions are answered: by the person, or all alike by `-y` or `-n`. */
export type Answers = "ask" | "yes" | "no";

/**
 * Asks whether to go on, after writing out what is held of standard output.
 *
 * One character decides: a newline is the default, `y` or `Y` is yes, anything else or the end of input is no.
 *
 * @param byDefault the answer of an empty line
 */
export function proceed(output: Output, answers: Answers, byDefault: boolean): boolean {
  if (answers !== "ask") return answers === "yes";
  output.out(`proceed ? [${byDefault ? "Y/n" : "y/N"}] `);
  output.flush();
  const line = readLine();
  if (line === undefined) return false;
  return line === "" ? byDefault : line.startsWith("y") || line.startsWith("Y");
}

/** Reads one line of standard input without its newline, or undefined at the end of input. */
function readLine(): string | undefined {
  const byte = Buffer.alloc(1);
  let line = "";
  for (;;) {
    if (readByte(byte) === 0) return line === "" ? undefined : line;
    if (byte[0] === 0x0a) return line;
    // One character decides, so the rest of an overlong line need not be kept.
    if (line.length < 16) line += byte.toString("latin1");
  }
}

function readByte(byte: Buffer): number {
  for (;;) {
    try {
      return readSync(0, byte, 0, 1, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
