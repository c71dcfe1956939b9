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

/** Where and with what it is run. */
export interface RunOptions {
  readonly input?: Uint8Array;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Runs `pkg-archive` as a person would. */
export function runProgram(args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  return execute(process.execPath, [PROGRAM, ...args], options);
}

/** Runs a command line of the shell, to which the program is known as `program`. */
export function runInShell(command: string, options: RunOptions = {}): Promise<ProgramResult> {
  return execute(
    "/bin/sh",
    ["-c", `program() { "${process.execPath}" "${PROGRAM}" "$@"; }; ${command}`],
    options,
  );
}

function execute(
  file: string,
  args: readonly string[],
  { input = new Uint8Array(0), env, cwd }: RunOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: { ...process.env, ...env }, cwd }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
    // The program need not read what it is given.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
