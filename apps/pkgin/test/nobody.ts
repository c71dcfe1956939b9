import { spawnSync } from "node:child_process";
import { bin } from "./run-pkgin.ts";

/** Somebody without any rights. */
export const NOBODY = 65_534;

/** Why pkgin cannot be run as somebody without rights; undefined where it can. */
export const noNobody: string | undefined = reason();

function reason(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, to drop rights";
  const run = spawnSync(process.execPath, [bin, "--version"], { uid: NOBODY, gid: NOBODY });
  if (run.status === 0) return undefined;
  return "needs Node and this directory where every user may read them; they are below one that is private, as /root is";
}
