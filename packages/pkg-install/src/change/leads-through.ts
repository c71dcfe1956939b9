import { dirname } from "node:path";

/** Whether one of these paths is the given one, or on the way to it. */
export function leadsThrough(path: string, paths: ReadonlySet<string>): boolean {
  if (paths.size === 0) return false;
  for (let above = path; above !== dirname(above); above = dirname(above)) {
    if (paths.has(above)) return true;
  }
  return false;
}
