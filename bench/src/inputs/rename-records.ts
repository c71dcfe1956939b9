import type { ByteSource } from "test-support";
import { mapLines } from "./lines.ts";

/** Gives every package of a summary a name that begins with a prefix; dependencies stay. */
export function renameRecords(bytes: ByteSource, prefix: string): AsyncGenerator<Buffer> {
  return mapLines(bytes, (line) =>
    line.startsWith("PKGNAME=") ? `PKGNAME=${prefix}${line.slice("PKGNAME=".length)}` : line,
  );
}
