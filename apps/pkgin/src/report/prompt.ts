import type { Output } from "./output.ts";

/** How questions are answered: by the person, or all alike by `-y` or `-n`. */
export type Answers = "ask" | "yes" | "no";

/** A question whether to go on. */
export interface Question {
  readonly output: Output;
  readonly answers: Answers;
  /** The answer of an empty line. */
  readonly byDefault: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks whether to go on, after writing out what is held of standard output.
 *
 * One character decides: a newline is the default, `y` or `Y` is yes, anything else or the end of input is no.
 *
 * @throws the signal's reason
 */
export async function proceed({ output, answers, byDefault, signal }: Question): Promise<boolean> {
  if (answers !== "ask") return answers === "yes";
  output.out(`proceed ? [${byDefault ? "Y/n" : "y/N"}] `);
  output.flush();
  const line = await readLine(process.stdin, signal).catch((error: unknown) => {
    // What is said of the interruption does not stand behind the question.
    if (output.isTerminal) output.out("\n");
    throw error;
  });
  if (line === undefined) {
    // Nobody has ended the line.
    if (output.isTerminal) output.out("\n");
    return false;
  }
  return line === "" ? byDefault : line.startsWith("y") || line.startsWith("Y");
}

/** Reads one line without its newline, or undefined at the end of input; what follows it stays to be read. */
async function readLine(input: NodeJS.ReadStream, signal: AbortSignal): Promise<string | undefined> {
  let line: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = await nextChunk(input, signal);
    if (chunk === undefined) return line.length > 0 ? line.toString("latin1") : undefined;
    const newline = chunk.indexOf("\n");
    if (newline >= 0) {
      if (newline + 1 < chunk.length) input.unshift(chunk.subarray(newline + 1));
      return Buffer.concat([line, chunk.subarray(0, newline)]).toString("latin1");
    }
    // One character decides, so the rest of an overlong line need not be kept.
    if (line.length === 0) line = chunk.subarray(0, 1);
  }
}

function nextChunk(input: NodeJS.ReadStream, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => () => {
      input.off("readable", readable);
      input.off("end", end);
      input.off("error", end);
      signal.removeEventListener("abort", aborted);
      act();
    };
    const readable = () => {
      const chunk = input.read() as Buffer | null;
      if (chunk !== null) settle(() => resolve(chunk))();
    };
    const end = settle(() => resolve(undefined));
    const aborted = settle(() => reject(signal.reason as Error));
    if (signal.aborted) return aborted();
    if (input.readableEnded) return end();
    input.on("readable", readable);
    input.once("end", end);
    input.once("error", end);
    signal.addEventListener("abort", aborted, { once: true });
    readable();
  });
}
