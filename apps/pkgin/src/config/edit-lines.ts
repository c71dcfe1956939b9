import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FatalError } from "../fatal-error.ts";
import { makeDirectories } from "../make-directories.ts";
import { systemReason } from "../system-reason.ts";
import { writing } from "../writing.ts";

/**
 * Changes the lines of a configuration file, which is made where it is missing; the old file is there until the new one is
 * whole.
 *
 * @param change gets the lines without their newlines, and returns what is to be there
 * @throws FatalError where the file cannot be read or written
 */
export function editLines(file: string, change: (lines: readonly string[]) => readonly string[]): void {
  const before = readLines(file);
  const after = change(before);
  if (after.length === before.length && after.every((line, index) => line === before[index])) return;
  const beside = `${file}.new`;
  makeDirectories(dirname(file));
  try {
    writing(file, () => {
      writeFileSync(beside, after.map((line) => `${line}\n`).join(""));
      renameSync(beside, file);
    });
  } finally {
    rmSync(beside, { force: true });
  }
}

/**
 * The lines of a configuration file, without their newlines; none where there is no such file.
 *
 * @throws FatalError where it cannot be read
 */
export function readLines(file: string): readonly string[] {
  try {
    const text = readFileSync(file, "utf8");
    return text === "" ? [] : text.replace(/\n$/, "").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new FatalError(`cannot read ${file}: ${systemReason(error)}`, { cause: error });
  }
}

/** A line without a note at its end, `# ...` behind a blank. */
export function withoutNote(line: string): string {
  return line.replace(/\s+#.*$/, "");
}
