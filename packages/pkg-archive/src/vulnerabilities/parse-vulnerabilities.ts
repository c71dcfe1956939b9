import { createHash } from "node:crypto";
import { DigestError, MalformedError } from "../errors.ts";
import { encodeText } from "bz2-record-stream";
import { type Vulnerability, VulnerabilityList } from "./vulnerabilities.ts";
import { END_LINES, FORMAT_LINE, isDigested, PGP_START } from "./vulnerability-lines.ts";

/** Digests that are verified; others are passed over. */
const ALGORITHMS: readonly string[] = ["SHA1", "SHA512"];

/**
 * Reads pkg-vulnerabilities, decompressed, and verifies the digests that it has of itself. That it was signed by somebody who is
 * trusted is for `verifyClearSigned` to tell.
 *
 * @throws MalformedError with the number of the line that is not as it must be; DigestError for a changed list
 */
export function parseVulnerabilities(text: string): VulnerabilityList {
  if (text.includes("\0"))
    throw new MalformedError("pkg-vulnerabilities: text was expected, found a NUL character");
  const lines = bodyLines(text);
  const start = lines.indexOf(FORMAT_LINE);
  lines.slice(0, start < 0 ? undefined : start).forEach(expectPreamble);
  if (start < 0)
    throw new MalformedError(`pkg-vulnerabilities: the line "${FORMAT_LINE}" was expected, found none`);
  const vulnerabilities: Vulnerability[] = [];
  const checksums: string[] = [];
  lines.forEach((line, index) => {
    if (index <= start || line === "") return;
    if (line.startsWith("#CHECKSUM ")) checksums.push(line);
    else if (!line.startsWith("#")) vulnerabilities.push(parseLine(line, index + 1));
  });
  checksums.forEach((checksum) => verifyChecksum(checksum, lines));
  return new VulnerabilityList(text, vulnerabilities);
}

/** The lines of the list; those around it, which belong to the signature, are empty. */
function bodyLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.pop() !== "")
    throw new MalformedError("pkg-vulnerabilities: a line feed was expected at the end; the list was cut");
  if (lines[0] === PGP_START) lines[0] = "";
  const end = lines.findIndex((line) => END_LINES.includes(line));
  return end < 0 ? lines : lines.slice(0, end);
}

function expectPreamble(line: string, index: number): void {
  if (line === "" || line === "#" || line.startsWith("Hash:") || line.startsWith("# $NetBSD")) return;
  throw new MalformedError(
    `pkg-vulnerabilities, line ${index + 1}: "${FORMAT_LINE}" was expected, found ${JSON.stringify(line)}`,
  );
}

function parseLine(line: string, number: number): Vulnerability {
  const [pattern, type, url, ...more] = line.split(/[ \t]+/).filter((word) => word !== "");
  if (pattern !== undefined && type !== undefined && url !== undefined && more.length === 0)
    return { pattern, type, url };
  throw new MalformedError(
    `pkg-vulnerabilities, line ${number}: a pattern, a type and a URL were expected, found ${JSON.stringify(line)}`,
  );
}

function verifyChecksum(checksum: string, lines: readonly string[]): void {
  const [, algorithm = "", expected = ""] = checksum.split(/\s+/);
  if (!ALGORITHMS.includes(algorithm)) return;
  const hash = createHash(algorithm.toLowerCase());
  for (const line of lines) if (isDigested(line)) hash.update(encodeText(`${line}\n`));
  const found = hash.digest("hex");
  if (found !== expected.toLowerCase())
    throw new DigestError("pkg-vulnerabilities", `${algorithm} ${expected}`, found);
}
