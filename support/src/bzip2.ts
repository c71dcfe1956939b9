import { spawn } from "node:child_process";
import { text as readText } from "node:stream/consumers";
import { machineTool } from "./machine-tool.ts";
import { encodeBzip2 } from "./bzip2-encoder.ts";

/**
 * Compresses bytes with the machine's `bzip2`, or without one with an encoder in JavaScript, which is slower and packs less
 * tightly.
 *
 * @param level 1 to 9
 */
export async function bzip2Compress(bytes: Uint8Array, level = 9): Promise<Buffer> {
  const tool = machineTool("bzip2");
  if (tool === undefined) return encodeBzip2(bytes);
  const child = spawn(tool, [`-${level}`, "-c"], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(bytes);
  const parts: Buffer[] = [];
  const problems = readText(child.stderr);
  for await (const part of child.stdout) parts.push(part as Buffer);
  const status = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once("close", resolve);
  });
  if (status !== 0) throw new Error(`bzip2 ended with ${status}: ${await problems}`);
  return Buffer.concat(parts);
}
