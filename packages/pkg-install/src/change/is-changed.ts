import { createHash } from "node:crypto";
import { closeSync, openSync, readlinkSync, readSync, type Stats } from "node:fs";
import { decodeText, type PackingFile } from "pkg-archive";
import { native } from "../text.ts";

/** What is read of a file at a time; one for all, since there can be very many files. */
const buffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Whether a file is another than the packing list recorded; one without a record is as it was. */
export function isChanged(item: PackingFile, path: string, found: Stats): boolean {
  if (found.isSymbolicLink()) {
    if (item.md5 !== undefined) return true;
    return item.target !== undefined && decodeText(readlinkSync(native(path), "buffer")) !== item.target;
  }
  if (!found.isFile() || item.target !== undefined) return true;
  return item.md5 !== undefined && md5(path, found.size) !== item.md5;
}

function md5(path: string, size: number): string {
  const hash = createHash("md5");
  const fd = openSync(native(path), "r");
  try {
    for (let left = size, got = 0; left > 0; left -= got) {
      got = readSync(fd, buffer, 0, Math.min(left, buffer.length), null);
      if (got === 0) break;
      hash.update(buffer.subarray(0, got));
    }
  } finally {
    closeSync(fd);
  }
  return hash.digest("hex");
}
