import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decompress, records } from "bz2-record-stream";
import { SUMMARY_FROM_BUILD_INFO } from "pkg-archive";

/** One of so many packages is installed in an older version, so that an upgrade has something to do. */
const OLD_EVERY = 20;

type Fields = ReadonlyMap<string, readonly string[]>;

/** What is installed. */
export interface InstalledOptions {
  /** The packages' prefix; their records are in `pkgdb` below it. */
  readonly prefix: string;
  readonly count: number;
}

/**
 * Writes records of installed packages as pkg_add does, for the first packages of a plain pkg_summary; there are no files.
 *
 * @returns their names, with versions
 */
export async function installRecords(
  summary: string,
  { prefix, count }: InstalledOptions,
): Promise<string[]> {
  const names: string[] = [];
  const bases = new Set<string>();
  for await (const batch of records(decompress(createReadStream(summary)))) {
    for (const record of batch) {
      if (names.length === count) return names;
      const fields = record.fields();
      const name = fields.get("PKGNAME")?.[0] ?? "";
      const base = name.slice(0, name.lastIndexOf("-"));
      if (bases.has(base)) continue;
      bases.add(base);
      const installed = names.length % OLD_EVERY === 0 ? `${base}-0.0.1` : name;
      writeRecord(join(prefix, "pkgdb", installed), { fields, installed, prefix });
      names.push(name);
    }
  }
  return names;
}

function writeRecord(
  directory: string,
  {
    fields,
    installed,
    prefix,
  }: { readonly fields: Fields; readonly installed: string; readonly prefix: string },
): void {
  mkdirSync(directory, { recursive: true });
  const lines = (word: string, variable: string) =>
    (fields.get(variable) ?? []).map((value) => `@${word} ${value}\n`).join("");
  const files: Readonly<Record<string, string>> = {
    "+CONTENTS": `@name ${installed}\n@cwd ${prefix}\n${lines("pkgdep", "DEPENDS")}${lines("pkgcfl", "CONFLICTS")}`,
    "+COMMENT": `${fields.get("COMMENT")?.[0] ?? ""}\n`,
    "+DESC": `${(fields.get("DESCRIPTION") ?? []).join("\n")}\n`,
    "+SIZE_PKG": `${fields.get("SIZE_PKG")?.[0] ?? 0}\n`,
    "+BUILD_INFO": buildInfo(fields),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

function buildInfo(fields: Fields): string {
  return [...SUMMARY_FROM_BUILD_INFO]
    .flatMap((name) => (fields.get(name) ?? []).map((value) => `${name}=${value}\n`))
    .join("");
}
