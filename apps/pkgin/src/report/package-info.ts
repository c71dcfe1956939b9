import type { Closure, PackageFacts } from "../catalogue/package-facts.ts";
import { humanSize } from "./human-size.ts";

/** What the fields are called; others go by their own names. */
const LABELS: Readonly<Record<string, string>> = {
  fullName: "Package",
  pkgPath: "Path",
  buildDate: "Built",
  opsys: "System",
  osVersion: "System version",
  machineArch: "Processor",
  pkgtoolsVersion: "Tools version",
  prevPkgPath: "Former path",
  installedSize: "Size",
  fileName: "File",
  fileSize: "Download",
  fileCksum: "Digest",
};
const SIZES: ReadonlySet<string> = new Set(["installedSize", "fileSize"]);
/** Lists that are one line of words. */
const WORDS: ReadonlySet<string> = new Set(["categories", "options"]);
/** Told by another line. */
const LEFT_OUT: ReadonlySet<string> = new Set(["name", "version", "keep"]);

/** What is known of a package, for people: a line for each field, then its description. */
export function packageInfo({ fields, installed, withNeeds, description }: PackageFacts): string {
  return [
    ...Object.entries(fields).flatMap(([key, value]) => fieldLines(key, value)),
    ...installedLines(installed),
    withNeeds === undefined ? "" : line("Altogether", closureText(withNeeds)),
    description === undefined ? "" : `\n${description.trimEnd()}\n`,
  ].join("");
}

function fieldLines(key: string, value: unknown): string[] {
  if (value === undefined || LEFT_OUT.has(key)) return [];
  const label = LABELS[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
  if (!Array.isArray(value))
    return [line(label, SIZES.has(key) ? humanSize(value as bigint) : String(value))];
  if (WORDS.has(key)) return value.length > 0 ? [line(label, value.join(" "))] : [];
  return listLines(label, value.map(String));
}

function installedLines(installed: PackageFacts["installed"]): string[] {
  if (installed === undefined) return [line("Installed", "no")];
  const { fullName, keep, requiredBy } = installed;
  return [
    line("Installed", `${fullName}, ${keep ? "kept" : "automatic"}`),
    ...listLines("Needed by", requiredBy),
  ];
}

function closureText({ needs, installedSize, download }: Closure): string {
  return `${humanSize(installedSize)} with ${needs.length} that it needs, ${humanSize(download)} to download`;
}

function listLines(label: string, values: readonly string[]): string[] {
  return values.map((value, index) => line(index === 0 ? label : "", value));
}

function line(label: string, text: string): string {
  return `${label.padEnd(15)} ${text}\n`;
}
