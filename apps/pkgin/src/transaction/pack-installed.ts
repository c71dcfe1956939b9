import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { decodeText, DigestError, encodeText, parsePackingList, writePackage } from "pkg-archive";
import type { Locations } from "../config/locations.ts";

/** What a package's record directory has besides what it came with. */
const OWN_RECORDS: ReadonlySet<string> = new Set(["+REQUIRED_BY", "+INSTALLED_INFO", "+MTREE_DIRS"]);

/**
 * Makes a package file of an installed package, with its files as they are now.
 *
 * @param target the file to write
 * @throws PackageError, and the system's errors, where files of the package are missing or cannot be read
 */
export async function packInstalled(
  { pkgdb, destdir }: Pick<Locations, "pkgdb" | "destdir">,
  fullName: string,
  target: string,
): Promise<void> {
  const record = join(pkgdb, fullName);
  const names = readdirSync(record).filter((name) => !OWN_RECORDS.has(name));
  const metadata = new Map<string, Uint8Array>(names.map((name) => [name, readFileSync(join(record, name))]));
  const contents = decodeText(metadata.get("+CONTENTS") ?? new Uint8Array(0));
  const root = join(destdir, parsePackingList(contents).prefix);
  const write = (parts: ReadonlyMap<string, Uint8Array>): Promise<void> =>
    pipeline(
      writePackage({ metadata: parts, root }, { compression: "none" }),
      createWriteStream(target, { mode: 0o600 }),
    );
  try {
    await write(metadata);
  } catch (error) {
    if (!(error instanceof DigestError)) throw error;
    // A file was changed since it was installed, and so it is to come back.
    await write(new Map([...metadata, ["+CONTENTS", encodeText(withoutChecks(contents))]]));
  }
}

function withoutChecks(contents: string): string {
  return contents.replaceAll(/^@comment (?:MD5|Symlink):.*\n/gm, "");
}
