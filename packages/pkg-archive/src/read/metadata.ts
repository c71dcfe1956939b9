import { LimitError, MalformedError } from "../errors.ts";
import { MANDATORY_METADATA, METADATA_NAMES } from "../metadata-names.ts";
import type { TarEntries } from "./tar-entries.ts";
import type { Header } from "tar-stream";

/** The metadata of a package, and the entry after it. */
export interface Metadata {
  /** In the package's order, by their names with `+`. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** The first entry that is no metadata. */
  readonly next: Header | undefined;
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
    const header = await entries.next();
    const found = header === undefined ? -1 : METADATA_NAMES.indexOf(header.name);
    if (header === undefined || found < 0) {
      if (metadata.size < MANDATORY_METADATA) throw missing(metadata.size, header);
      return { metadata, next: header };
    }
    const { name, size, type } = header;
    const isMissed = place + 1 < MANDATORY_METADATA && found > place + 1;
    if (isMissed) throw missing(place + 1, header);
    if (found <= place)
      throw new MalformedError(`${name} of the package comes twice or after ${METADATA_NAMES[place]}`);
    if (type !== "file") throw new MalformedError(`${name} of the package is a ${type}; a file was expected`);
    place = found;
    total += size;
    if (total > limit)
      throw new LimitError(
        `${name} of the package has ${size} bytes; at most ${limit} were expected of all metadata`,
      );
    metadata.set(name, await readWhole(entries, size));
  }
}

async function readWhole(entries: TarEntries, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  for (let chunk = await entries.take(); chunk !== undefined; chunk = await entries.take()) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}

function missing(place: number, header: Header | undefined): MalformedError {
  const found = header === undefined ? "the end" : JSON.stringify(header.name);
  return new MalformedError(`this is no package: ${METADATA_NAMES[place]} was expected, found ${found}`);
}
