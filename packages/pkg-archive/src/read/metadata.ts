import { LimitError, MalformedError } from "../errors.ts";
import { MANDATORY_METADATA, METADATA_NAMES } from "../metadata-names.ts";
import type { TarEntries } from "./tar-entries.ts";
import type { Entry } from "../tar-entry.ts";

/** The metadata of a package, and the entry after it. */
export interface Metadata {
  /** In the package's order, by their names with `+`. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** The first entry that is no metadata. */
  readonly next: Entry | undefined;
}

/**
 * Reads the metadata at the start of a package.
 *
 * @param limit bytes that all of it may have together
 * @throws MalformedError for what is missing or not in its place, LimitError for what is too large
 */
export async function readMetadata(entries: TarEntries, limit: number): Promise<Metadata> {
  const metadata = new Map<string, Uint8Array>();
  let place = -1;
  let total = 0;
  for (;;) {
    const entry = await entries.next();
    const found = entry === undefined ? -1 : METADATA_NAMES.indexOf(entry.header.name);
    if (entry === undefined || found < 0) {
      if (metadata.size < MANDATORY_METADATA) throw missing(metadata.size, entry);
      return { metadata, next: entry };
    }
    const { name, size = 0, type } = entry.header;
    const isMissed = place + 1 < MANDATORY_METADATA && found > place + 1;
    if (isMissed) throw missing(place + 1, entry);
    if (found <= place)
      throw new MalformedError(`${name} of the package comes twice or after ${METADATA_NAMES[place]}`);
    if (type !== "file") throw new MalformedError(`${name} of the package is a ${type}; a file was expected`);
    place = found;
    total += size;
    if (total > limit)
      throw new LimitError(
        `${name} of the package has ${size} bytes; at most ${limit} were expected of all metadata`,
      );
    metadata.set(name, await readWhole(entries));
  }
}

async function readWhole(entries: TarEntries): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of entries.body()) parts.push(chunk);
  return Buffer.concat(parts);
}

function missing(place: number, entry: Entry | undefined): MalformedError {
  const found = entry === undefined ? "the end" : JSON.stringify(entry.header.name);
  return new MalformedError(`this is no package: ${METADATA_NAMES[place]} was expected, found ${found}`);
}
