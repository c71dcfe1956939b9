import { decompress } from "../decompress.ts";
import { LimitError } from "../errors.ts";
import { decodeText } from "bz2-record-stream";
import { parseVulnerabilities } from "./parse-vulnerabilities.ts";
import type { VulnerabilityList } from "./vulnerabilities.ts";

/** Ten times what the list has grown to in twenty years, in bytes. */
const LARGEST_LIST = 64 * 1024 * 1024;

/**
 * Reads pkg-vulnerabilities as it is published, compressed or not.
 *
 * @throws as `parseVulnerabilities`; DamagedError for a list that was cut or changed, LimitError for one that is too large
 */
export async function readVulnerabilities(bytes: AsyncIterable<Uint8Array>): Promise<VulnerabilityList> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decompress(bytes)) {
    size += chunk.length;
    if (size > LARGEST_LIST)
      throw new LimitError(`pkg-vulnerabilities: at most ${LARGEST_LIST} bytes were expected, found more`);
    parts.push(Buffer.from(chunk));
  }
  return parseVulnerabilities(decodeText(Buffer.concat(parts)));
}
