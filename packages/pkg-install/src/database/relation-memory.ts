import { statSync } from "node:fs";
import type { Relations } from "./relations.ts";

/** Tells whether a file has become another. */
export interface Stamp {
  readonly ino: number;
  readonly size: number;
  /** Any change of the file or of its attributes sets it. */
  readonly ctimeMs: number;
}

/** The stamp of a file, or undefined where there is none that could be looked at. */
export function stampOf(path: string): Stamp | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && { ino: found.ino, size: found.size, ctimeMs: found.ctimeMs };
  } catch {
    return undefined;
  }
}

const remembered = new Map<string, { readonly stamp: Stamp; readonly relations: Relations }>();

/**
 * What a package says about others, read only where its packing list has become another since it was read last: a process
 * that installs many packages, one after the other, would read all lists again for each.
 */
export function remember(directory: string, stamp: Stamp, read: () => Relations): Relations {
  const known = remembered.get(directory);
  if (known !== undefined && isSame(known.stamp, stamp)) return known.relations;
  const relations = read();
  remembered.set(directory, { stamp, relations });
  return relations;
}

function isSame(one: Stamp, other: Stamp): boolean {
  return one.ino === other.ino && one.size === other.size && one.ctimeMs === other.ctimeMs;
}
