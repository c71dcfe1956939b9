import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { FileError } from "../errors.ts";
import { chunksFromStart } from "../read-file-chunks.ts";
import { encodeText } from "bz2-record-stream";
import { openPackage } from "../read/open-package.ts";
import { summaryRecord } from "./summary-record.ts";

/**
 * Reads the record of a package, with size and digest, out of its file.
 *
 * @param name of the file, as the record has it
 * @throws FileError for one that cannot be read, and where the signal ends the reading
 */
export async function packageRecord(
  path: string,
  { name, signal }: { name: string; signal: AbortSignal | undefined },
): Promise<string> {
  try {
    const file = await open(encodeText(path));
    try {
      const { size } = await file.stat();
      const reader = await openPackage(chunksFromStart(file));
      await reader.close();
      const hash = createHash("sha512");
      for await (const chunk of chunksFromStart(file)) {
        signal?.throwIfAborted();
        hash.update(chunk);
      }
      return summaryRecord(reader.metadata, { name, size, cksum: `sha512 ${hash.digest("hex")}` });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new FileError(path, error);
  }
}
