import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { compareText } from "../text.ts";
import { type Entry, type LeafPiece, TreeWriter } from "./tree-writer.ts";

const MODE = 0o644;

/**
 * Writes a pkgdb.byfile.db that the original tools read and change: each absolute path with its owner.
 *
 * The entries may come in any order; of those with one path the first counts. The file is written beside, brought to disk
 * and renamed.
 */
export function writeByFile(path: string, entries: Iterable<readonly [path: string, owner: string]>): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  try {
    writePieces(beside, sorted(entries), { sync: true });
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Writes a database to a file that is not there yet; what it is made of comes in the order of the keys and is not held. */
export function writePieces(
  path: string,
  pieces: Iterable<LeafPiece>,
  { sync }: { readonly sync: boolean },
): void {
  const fd = openSync(path, "wx", MODE);
  try {
    new TreeWriter(fd).write(pieces);
    if (sync) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function* sorted(entries: Iterable<Entry>): Generator<LeafPiece> {
  let before: string | undefined;
  for (const entry of [...entries].toSorted((a, b) => compareText(a[0], b[0]))) {
    if (entry[0] !== before) yield { entry, startsPage: false };
    before = entry[0];
  }
}
