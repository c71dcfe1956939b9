import { MalformedError, SpecError } from "../errors.ts";
import { expectName } from "../packing-list/expect-name.ts";
import { parsePackingList } from "../packing-list/parse-packing-list.ts";
import { decodeText } from "bz2-record-stream";
import { parseVariables } from "../variables.ts";

/** The variables of +BUILD_INFO that a summary has, as `pkg_info -X` chooses them. */
export const SUMMARY_FROM_BUILD_INFO: ReadonlySet<string> = new Set([
  "BUILD_DATE",
  "CATEGORIES",
  "HOMEPAGE",
  "LICENSE",
  "MACHINE_ARCH",
  "OPSYS",
  "OS_VERSION",
  "PKGPATH",
  "PKGTOOLS_VERSION",
  "PKG_OPTIONS",
  "PREV_PKGPATH",
  "PROVIDES",
  "REQUIRES",
  "SUPERSEDES",
]);

/** The words of +CONTENTS that a summary has. */
const FROM_CONTENTS: ReadonlyMap<string | undefined, string> = new Map([
  ["name", "PKGNAME"],
  ["pkgdep", "DEPENDS"],
  ["pkgcfl", "CONFLICTS"],
]);

/** The file that a package is in. */
export interface SummaryFile {
  /** Without a directory. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Such as `sha512 1a86...`. */
  readonly cksum?: string | undefined;
}

/**
 * Makes the record of a package for pkg_summary as `pkg_info -X` does: lines of `VARIABLE=VALUE`, without the empty line that
 * follows a record.
 *
 * @throws MalformedError for metadata without +CONTENTS or with a bad one, as of a name that no package
 *   can have; SpecError for the name of a file that takes several lines
 */
export function summaryRecord(metadata: ReadonlyMap<string, Uint8Array>, file: SummaryFile): string {
  const textOf = (name: string): string => decodeText(metadata.get(name) ?? new Uint8Array(0));
  if (!metadata.has("+CONTENTS")) throw new MalformedError("the package has no +CONTENTS");
  if (file.name.includes("\n"))
    throw new SpecError(`${JSON.stringify(file.name)} takes several lines, which a summary has no place for`);
  const packingList = parsePackingList(textOf("+CONTENTS"));
  expectName(packingList);
  const lines: string[] = [];
  // Names, dependencies and conflicts keep the order that they have in the list.
  for (const { word, argument } of packingList.lines) {
    const variable = FROM_CONTENTS.get(word);
    if (variable !== undefined) lines.push(`${variable}=${argument}`);
  }
  lines.push(`COMMENT=${firstLine(textOf("+COMMENT"))}`);
  lines.push(`SIZE_PKG=${firstLine(textOf("+SIZE_PKG"))}`);
  for (const [name, values] of parseVariables(textOf("+BUILD_INFO"))) {
    if (SUMMARY_FROM_BUILD_INFO.has(name)) lines.push(...values.map((value) => `${name}=${value}`));
  }
  lines.push(`FILE_NAME=${file.name}`, `FILE_SIZE=${file.size}`);
  if (file.cksum !== undefined) lines.push(`FILE_CKSUM=${file.cksum}`);
  return `${lines.join("\n")}\n${description(textOf("+DESC"))}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}

/** Made in one go, since there can be very many lines. */
function description(text: string): string {
  if (text === "") return "";
  return `DESCRIPTION=${text.replace(/\n$/, "").replaceAll("\n", "\nDESCRIPTION=")}\n`;
}
