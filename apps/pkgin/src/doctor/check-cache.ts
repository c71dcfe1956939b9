import { existsSync, lstatSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context.ts";
import { digestOf } from "../transaction/cache.ts";
import type { Finding } from "./finding.ts";

const SUFFIX = ".tgz";

/** Looks for files in the cache that no package could be installed from. */
export async function* checkCache(context: Context): AsyncGenerator<Finding> {
  const { cache } = context.locations;
  for (const name of existsSync(cache) ? readdirSync(cache) : []) {
    const path = join(cache, name);
    const problem = await problemOf(context, name, path);
    if (problem === undefined) continue;
    yield { area: "cache", problem: `${path} ${problem}`, repair: () => rmSync(path, { recursive: true }) };
  }
}

async function problemOf(
  { db, integrity }: Context,
  name: string,
  path: string,
): Promise<string | undefined> {
  if (name === ".fetched") return "was left behind by a run that was cut off";
  if (lstatSync(path).isSymbolicLink() && !existsSync(path))
    return "leads to a file that is not there any more";
  // Of other versions than the repositories have nothing is known; they may be wanted to undo something.
  const remote = name.endsWith(SUFFIX) ? db.remoteFull(name.slice(0, -SUFFIX.length)) : undefined;
  if (remote === undefined) return undefined;
  const { size } = statSync(path);
  if (remote.fileSize !== undefined && BigInt(size) !== remote.fileSize)
    return `has ${size} bytes, where ${remote.fileSize} were expected`;
  const [[algorithm, expected] = []] = Object.entries((await integrity.expected(remote))?.digests ?? {});
  if (algorithm === undefined || (await digestOf(path, algorithm)) === expected) return undefined;
  return `is damaged: its ${algorithm} is not the expected one`;
}
