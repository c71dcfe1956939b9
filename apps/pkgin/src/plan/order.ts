/** A package and how far below the request it stands: 0 for what was asked for, more for what that needs. */
export interface Levelled {
  readonly name: string;
  readonly level: number;
}

const BUCKETS = 256n;
const WRAP = (1n << 64n) - 1n;

/**
 * Sorts as pkgin installs: deepest dependencies first, at one level `pkg_install` first, then by the bucket of the name,
 * the most recently found first within a bucket.
 *
 * @param entries in the order in which they were found
 */
export function installationOrder<T extends Levelled>(entries: readonly T[]): T[] {
  return entries
    .map((entry, found) => ({ entry, found, bucket: nameBucket(entry.name, BUCKETS) }))
    .toSorted(
      (a, b) =>
        b.entry.level - a.entry.level ||
        Number(b.entry.name === "pkg_install") - Number(a.entry.name === "pkg_install") ||
        a.bucket - b.bucket ||
        b.found - a.found,
    )
    .map(({ entry }) => entry);
}

/** Sorts what makes way for others, as installations are sorted. @param entries in the order in which they were found */
export function inOrderOfRemoval<T extends { readonly installed: { readonly name: string } }>(
  entries: readonly T[],
): T[] {
  const levelled = entries.map((entry) => ({ entry, name: entry.installed.name, level: 0 }));
  return installationOrder(levelled).map(({ entry }) => entry);
}

/**
 * Tells the bucket of a package name in the hash table whose order shows in pkgin's output: times 33 and add, from 5381,
 * in 64 bits.
 *
 * @param name without its version
 */
export function nameBucket(name: string, buckets: bigint): number {
  let hash = 5381n;
  for (const byte of Buffer.from(name)) hash = (hash * 33n + BigInt(byte)) & WRAP;
  return Number(hash % buckets);
}

/**
 * Puts what is needed before what needs it, changing the order no more than that takes; a cycle is cut where it is
 * entered.
 *
 * @param needs the entries that an entry needs directly
 */
export function dependenciesFirst<T>(entries: readonly T[], needs: (entry: T) => Iterable<T>): T[] {
  const done = new Set<T>();
  const ordered: T[] = [];
  for (const start of entries) {
    if (done.has(start)) continue;
    done.add(start);
    // A stack of its own: chains of dependencies may be longer than the call stack.
    const stack = [{ entry: start, rest: [...needs(start)] }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.shift();
      if (next === undefined) {
        ordered.push(top.entry);
        stack.pop();
      } else if (!done.has(next)) {
        done.add(next);
        stack.push({ entry: next, rest: [...needs(next)] });
      }
    }
  }
  return ordered;
}
