import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { Profile } from "../profile/profile.ts";
import { mapFrames } from "../profile/transform.ts";

/** `JS:^parse /app/grow.js:3:22` as perf's names have it; `~`, `^` and `*` tell how well it was compiled. */
const PERF_NAME =
  /^(?:JS|LazyCompile|Function|Script|Eval):[~^*+']?(.*?) ?((?:file:\/\/|node:)?[^ :]+):(\d+):(\d+)$/;
/** `parse (/app/grow.js:3:22)`, which this module writes. */
const PLACED = /^(.*?) \(((?:file:\/\/|node:)?[^:()]+):(\d+):(\d+)\)$/;
const MAP_LINK = /\/\/[#@] sourceMappingURL=(\S+)\s*$/;
const INLINE = /^data:application\/json[^,]*;base64,(.*)$/;

/**
 * Names JavaScript frames by function, file and line: `parse (/app/src/grow.ts:3)`.
 *
 * Where a file has a source map, inline or beside it, the place is that of the original.
 */
export function nameJavaScript(profile: Profile): Profile {
  if (!profile.frameNames.some(isJavaScript)) return profile;
  const maps = new Map<string, TraceMap | undefined>();
  return mapFrames(profile, (name) => {
    const [, own = "", where = "", line = "", column = ""] = PERF_NAME.exec(name) ?? PLACED.exec(name) ?? [];
    if (where === "") return name;
    const path = where.startsWith("file://") ? fileURLToPath(where) : where;
    if (!maps.has(path)) maps.set(path, sourceMapOf(path));
    const map = maps.get(path);
    const at = { line: Number(line), column: Math.max(Number(column) - 1, 0) };
    const original = map === undefined ? undefined : originalPositionFor(map, at);
    const title = own === "" ? "(anonymous)" : own;
    if (original === undefined || original.source === null) return `${title} (${path}:${line})`;
    return `${title} (${resolve(dirname(path), original.source)}:${original.line})`;
  });
}

function isJavaScript(name: string): boolean {
  return PERF_NAME.test(name) || PLACED.test(name);
}

function sourceMapOf(path: string): TraceMap | undefined {
  try {
    if (!path.startsWith("/")) return undefined;
    const text = readFileSync(path, "utf8");
    const link = MAP_LINK.exec(text.slice(text.lastIndexOf("sourceMappingURL") - 4))?.[1];
    if (link === undefined) return undefined;
    const inline = INLINE.exec(link)?.[1];
    const json =
      inline === undefined ? readFileSync(resolve(dirname(path), link), "utf8") : fromBase64(inline);
    return new TraceMap(json);
  } catch {
    // The program may have been moved or changed since; the place in the compiled file is still true.
    return undefined;
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}
