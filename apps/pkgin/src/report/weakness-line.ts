import type { Vulnerability } from "pkg-archive";

/** What is known against a package, on a line. */
export function weaknessLine(fullName: string, { type, url }: Vulnerability): string {
  return type === "eol"
    ? `Package ${fullName} has reached end-of-life (eol), see ${url}\n`
    : `Package ${fullName} has a ${type} vulnerability, see ${url}\n`;
}
