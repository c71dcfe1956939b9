import { execFile } from "node:child_process";

/** What came of running a program. */
export interface ProgramResult {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a program is run. */
export interface RunOptions {
  /** What its standard input has. Default: nothing. */
  readonly input?: string | Uint8Array;
  /** What its environment has besides that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a program to its end, whatever that is. */
export function runProgram(
  file: string,
  args: readonly string[],
  { input = "", env, cwd }: RunOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: { ...process.env, ...env }, cwd }, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
    // One that fails early does not read its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
