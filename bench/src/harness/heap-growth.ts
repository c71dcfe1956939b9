import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { commandOf } from "../commands.ts";
import type { Contender } from "./bench.ts";
import { run } from "./measure.ts";

/**
 * Runs a program once and tells by how many bytes brk grew its heap and those of its children, as strace sees it.
 *
 * @throws Error when the program fails, or strace is missing
 */
export async function measureHeapGrowth(contender: Contender, scratch: string): Promise<number> {
  const recording = join(scratch, "growth.rec");
  const [node = "", memprof = ""] = commandOf("memprof");
  const record = [
    node,
    memprof,
    "record",
    "--backend",
    "strace",
    "-o",
    recording,
    "--",
    ...contender.command,
  ];
  await run(contender.name, record, contender.environment);
  const report = execFileSync(node, [memprof, "report", recording, "--json"], { encoding: "utf8" });
  return (JSON.parse(report) as { totals: { bytes: number } }).totals.bytes;
}
