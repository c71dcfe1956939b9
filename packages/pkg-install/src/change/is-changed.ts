import { createHash } from "node:crypto";
import { closeSync, openSync, readlinkSync, readSync, type Stats } from "node:fs";
import { decodeText, type PackingFile } from "pkg-archive";
import { native } from "../text.ts";

const READ_SIZE = 256 * 1024;

/** Whether a file is another than the packing list recorded; one without a record is as it was. */
export function isChanged(item: PackingFile, path: string, found: Stats): boolean {
  if (found.isSymbolicLink()) {
    if (item.md5 !== undefined) return true;
    return item.target !== undefined && decodeText(readlinkSync(native(path), "buffer")) !== item.target;
  }
  if (!found.isFile() || item.target !== undefined) return true;
  return item.md5 !== undefined && md5(path) !== item.md5;
}

function md5(path: string): string {
  const hash = createHash("md5");
  const buffer = Buffer.allocUnsafe(READ_SIZE);
  const fd = openSync(native(path), "r");
  try {
    for (let got = readSync(fd, buffer); got > 0; got = readSync(fd, buffer)) {
      hash.update(buffer.subarray(0, got));
    }
  } finally {
    closeSync(fd);
  }
  return hash.digest("hex");
}
