import { createHash } from "node:crypto";
import { SpecError } from "../errors.ts";
import { encodeText } from "bz2-record-stream";
import { type Vulnerability, VulnerabilityList } from "./vulnerabilities.ts";
import { FORMAT_LINE } from "./vulnerability-lines.ts";

/**
 * Prints pkg-vulnerabilities: a list that was read byte for byte as it was, other entries as a new list with the digests of
 * itself that it must have, unsigned.
 *
 * @throws SpecError for a word with white space in it
 */
export function formatVulnerabilities(vulnerabilities: Iterable<Vulnerability>): string {
  if (vulnerabilities instanceof VulnerabilityList) return vulnerabilities.text;
  let body = "";
  for (const { pattern, type, url } of vulnerabilities) {
    const words = [pattern, type, url];
    const wrong = words.find((word) => !/^[^\s\0]+$/.test(word)) ?? /^(?:#|Hash:|-----).*/.exec(pattern)?.[0];
    if (wrong !== undefined)
      throw new SpecError(`${JSON.stringify(wrong)} cannot be a word in pkg-vulnerabilities`);
    body += `${words.join("\t")}\n`;
  }
  const digest = (algorithm: string): string =>
    createHash(algorithm)
      .update(encodeText(`${FORMAT_LINE}\n${body}`))
      .digest("hex");
  return `${FORMAT_LINE}\n#CHECKSUM SHA1 ${digest("sha1")}\n#CHECKSUM SHA512 ${digest("sha512")}\n${body}`;
}
