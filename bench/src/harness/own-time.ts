import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Contender } from "./bench.ts";

/**
 * Runs a program once and returns the seconds that it says it took for what counts: it prints milliseconds, and nothing else.
 *
 * @throws Error when the program fails, or prints something else
 */
export async function measureOwnTime({ name, command, environment }: Contender): Promise<number> {
  const [file = "", ...args] = command;
  const { stdout } = await promisify(execFile)(file, args, { env: { ...process.env, ...environment } });
  const milliseconds = Number(stdout.trim() || Number.NaN);
  if (Number.isNaN(milliseconds)) throw new Error(`${name}: milliseconds were expected, found ${stdout}`);
  return milliseconds / 1000;
}
