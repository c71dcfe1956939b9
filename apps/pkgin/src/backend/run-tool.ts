import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";
import type { Tools } from "./find-tools.ts";

/** The name of a tool, and what it is called with. */
export type ToolCall = readonly [
  tool: "pkg_add" | "pkg_delete" | "pkg_info" | "pkg_admin",
  ...args: string[],
];

/** Where a tool's output goes: to file descriptors, or nowhere. */
export interface ToolOutput {
  readonly stdout: number | "ignore";
  readonly stderr: number;
  /** Told the number of the process. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/**
 * Lets a tool change something, to its end whatever signals come meanwhile.
 *
 * @returns the exit status, or the name of the signal that ended it
 * @throws FatalError where it cannot be run
 */
export async function runTool(
  tools: Tools,
  [tool, ...args]: ToolCall,
  output: ToolOutput,
): Promise<number | string> {
  const file = join(tools.directory, tool);
  const child = spawn(file, args, {
    env: tools.environment,
    // Out of the reach of the signals that a terminal sends to everyone: what is begun is brought to its end.
    detached: true,
    stdio: ["inherit", output.stdout, output.stderr],
  });
  if (child.pid !== undefined) output.onStart?.(child.pid);
  const [code, signal] = await ended(child, file);
  return code ?? signal ?? "unknown";
}

/**
 * Lets a tool tell something, and hands its standard output to a reader while it comes.
 *
 * @returns what the reader made of it, or undefined where the tool's status was not 0
 * @throws FatalError where it cannot be run; what the reader throws
 */
export async function askTool<Answer>(
  tools: Tools,
  [tool, ...args]: ToolCall,
  read: (output: Readable) => Promise<Answer>,
): Promise<Answer | undefined> {
  const file = join(tools.directory, tool);
  const child = spawn(file, args, { env: tools.environment, stdio: ["inherit", "pipe", "inherit"] });
  const [answer, [code]] = await Promise.all([read(child.stdout), ended(child, file)]);
  return code === 0 ? answer : undefined;
}

async function ended(
  child: ReturnType<typeof spawn>,
  file: string,
): Promise<[code: number | null, signal: string | null]> {
  try {
    return (await once(child, "close")) as [number | null, string | null];
  } catch (error) {
    throw new FatalError(`Cannot execute ${file}: ${systemReason(error)}`, { cause: error });
  }
}
