import { type Extract, extract } from "tar-stream";
import type { ByteSource } from "../byte-source.ts";
import { drained } from "../drained.ts";
import { DamagedError, PackageError } from "../errors.ts";
import type { Entry } from "../tar-entry.ts";

/** The entries of a tar archive, one after the other. */
export interface TarEntries {
  /**
   * The next entry, or undefined when the whole archive has been read and was good. What was not read of the one before is
   * passed over.
   */
  next(): Promise<Entry | undefined>;
  /** The bytes of the entry that came last. */
  body(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** An option that tar-stream documents, but does not have among its types. */
const LATIN1: object = { filenameEncoding: "latin1" };

/** Reads a tar archive; names are one character for each of their bytes (Latin-1), but for long ones. */
export function tarEntries(source: ByteSource): TarEntries {
  const tar = extract(LATIN1);
  let feedFailure: unknown;
  const feeding = feed(tar, source).catch((error: unknown) => {
    feedFailure = error;
    tar.destroy(error as Error);
  });
  const explain = (error: unknown): unknown => {
    if (feedFailure !== undefined) return feedFailure;
    return error instanceof PackageError
      ? error
      : new DamagedError(`tar: ${(error as Error).message}`, error);
  };
  const entries = tar[Symbol.asyncIterator]();
  let body: AsyncGenerator<Uint8Array> | undefined;
  return {
    async next() {
      if (body !== undefined) for await (const _ of body);
      try {
        const { value, done } = await entries.next();
        const entry = done === true ? undefined : (value as Entry);
        if (entry === undefined) await feeding;
        if (feedFailure !== undefined) throw feedFailure;
        body = entry && chunks(entry, explain);
        return entry;
      } catch (error) {
        throw explain(error);
      }
    },
    body: () => body ?? nothing(),
    async close() {
      await entries.return?.();
      await feeding;
    },
  };
}

async function* chunks(entry: Entry, explain: (error: unknown) => unknown): AsyncGenerator<Uint8Array> {
  try {
    yield* entry as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw explain(error);
  }
}

// oxlint-disable-next-line require-yield
async function* nothing(): AsyncGenerator<Uint8Array> {}

async function feed(tar: Extract, source: ByteSource): Promise<void> {
  try {
    for await (const chunk of source.rest()) {
      if (!tar.destroyed && !tar.write(chunk)) await drained(tar);
      if (tar.destroyed) return;
    }
    tar.end(null);
  } finally {
    await source.close();
  }
}
