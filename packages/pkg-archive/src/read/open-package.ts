import { parsePackingList } from "../packing-list/parse-packing-list.ts";
import type { PackingList } from "../packing-list/packing-list.ts";
import { decodeText } from "../text.ts";
import { ByteSource } from "./byte-source.ts";
import { decompress } from "./decompress.ts";
import { readMetadata } from "./metadata.ts";
import type { PackageFile } from "./package-file.ts";
import { packageFiles } from "./package-files.ts";
import { tarEntries } from "./tar-entries.ts";

/** What a package is held to while it is read. */
export interface OpenOptions {
  /** The most bytes that all metadata may have together. Default: 32 MiB, of which nobody has used a tenth. */
  readonly maxMetadata?: number | undefined;
}

/** A package that is being read: the metadata is there, the files come when they are asked for. */
export interface PackageReader {
  /** The metadata files in their order, by their names with `+`. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly packingList: PackingList;
  /** The files in the order of the packing list, once; only when the loop has ended well has the whole package been good. */
  readonly files: AsyncIterable<PackageFile>;
  /** Lets go of the source; to be called in any case. */
  close(): Promise<void>;
}

const MAX_METADATA = 32 * 1024 * 1024;

/**
 * Opens a package that comes as bytes, in one pass and with memory that does not grow with its size.
 *
 * @throws MalformedError for something that is no package, or not as one must be; DamagedError for a package that was cut or
 *   changed on its way; LimitError for too much metadata
 */
export async function openPackage(
  bytes: AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<PackageReader> {
  const source = new ByteSource(bytes);
  try {
    const entries = tarEntries(await decompress(source));
    const close = async (): Promise<void> => {
      await entries.close();
      await source.close();
    };
    try {
      const { metadata, next } = await readMetadata(entries, options.maxMetadata ?? MAX_METADATA);
      const packingList = parsePackingList(decodeText(metadata.get("+CONTENTS") ?? new Uint8Array(0)));
      return { metadata, packingList, files: packageFiles(entries, packingList, next), close };
    } catch (error) {
      await entries.close();
      throw error;
    }
  } catch (error) {
    await source.close();
    throw error;
  }
}
