import { fileURLToPath } from "node:url";
import { type ProgramResult, runProgram as run, type RunOptions } from "test-support";

/** The program as it is installed. */
export const PROGRAM = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** Runs `pkg-archive` as a person would. */
export function runProgram(args: readonly string[], options?: RunOptions): Promise<ProgramResult> {
  return run(process.execPath, [PROGRAM, ...args], options);
}

/** Runs a command line of the shell, to which the program is known as `program`. */
export function runInShell(command: string, options?: RunOptions): Promise<ProgramResult> {
  const program = `program() { "${process.execPath}" "${PROGRAM}" "$@"; }`;
  return run("/bin/sh", ["-c", `${program}; ${command}`], options);
}
