import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What came of running the program. */
export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as it is installed. */
export const PROGRAM = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** Runs `pkg-archive` as a person would. */
export function runProgram(
  args: readonly string[],
  options: { input?: Uint8Array; env?: Record<string, string>; cwd?: string } = {},
): Promise<ProgramResult> {
  const { input = new Uint8Array(0), env, cwd } = options;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: { ...process.env, ...env }, cwd },
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
    // The program need not read what it is given.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
