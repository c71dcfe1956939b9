import type { ByteSource } from "test-support";
import { mapLines } from "./lines.ts";

/** One of so many records changes. */
const EVERY = 100;

/** Gives one of a hundred records of a summary another build date, as a rebuilt package has. */
export function changeRecords(bytes: ByteSource): AsyncGenerator<Buffer> {
  let record = 0;
  return mapLines(bytes, (line) => {
    if (line === "") record += 1;
    if (record % EVERY !== 0 || !line.startsWith("BUILD_DATE=")) return line;
    return "BUILD_DATE=2026-11-01 00:00:00 +0000";
  });
}
