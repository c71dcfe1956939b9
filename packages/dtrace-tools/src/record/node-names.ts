import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Imported } from "../import/imported.ts";

/** Node writes the names of JavaScript functions where perf looks for them; the frames are made for perf to walk. */
export function withJavaScriptNames(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const options = [env["NODE_OPTIONS"], "--perf-basic-prof", "--interpreted-frames-native-stack"];
  return { ...env, NODE_OPTIONS: options.filter((one) => one !== undefined).join(" ") };
}

/**
 * Removes the files that Node programs leave when they are told to write names: those with the names, and a log of V8 in
 * the directory that each was started in, which is known of those that stayed where the command began.
 */
export function removeNames(imported: Imported, cwd: string = process.cwd()): void {
  const pids = new Set(imported.heap?.processes.map(({ pid }) => pid));
  for (const pid of pids) rmSync(`/tmp/perf-${pid}.map`, { force: true });
  for (const name of readdirSync(cwd)) {
    const pid = /^isolate-0x[0-9a-f]+-(\d+)-v8\.log$/.exec(name)?.[1];
    if (pid !== undefined && pids.has(Number(pid))) rmSync(join(cwd, name), { force: true });
  }
}
