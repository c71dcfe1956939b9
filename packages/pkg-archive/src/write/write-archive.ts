import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type Header, type Pack, pack } from "tar-stream";
import { drained } from "../drained.ts";
import { DigestError } from "../errors.ts";
import { METADATA_MODES } from "../metadata-names.ts";
import { extendedHeader, headerTime, NAMED_BEFORE } from "./extended-header.ts";
import type { SourceFile } from "./find-files.ts";

/** What goes into the archive of a package. */
export interface ArchiveParts {
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly files: readonly SourceFile[];
  /** The time of everything in it. */
  readonly mtime: Date;
}

/**
 * Writes the archive of a package.
 *
 * @throws DigestError out of the iteration for a file that changes meanwhile
 */
export async function* writeArchive({ metadata, files, mtime }: ArchiveParts): AsyncGenerator<Uint8Array> {
  const writer = new ArchiveWriter(mtime);
  const writing = (async () => {
    for (const [name, mode] of METADATA_MODES) {
      const bytes = metadata.get(name);
      if (bytes !== undefined) await writer.addBytes({ name, mode }, bytes);
    }
    for (const file of files) await writer.addFile(file);
    writer.tar.finalize();
  })();
  // Its failure comes out of the loop below.
  writing.catch((error: unknown) => writer.tar.destroy(error as Error));
  yield* writer.tar as AsyncIterable<Uint8Array>;
  await writing;
}

type EntryHeader = Partial<Header> & Pick<Header, "name">;

class ArchiveWriter {
  readonly tar: Pack = pack();
  readonly #mtime: Date;

  constructor(mtime: Date) {
    this.#mtime = mtime;
  }

  async addBytes(header: EntryHeader, bytes: Uint8Array): Promise<void> {
    await this.#add(this.#begin(header), Buffer.from(bytes));
  }

  async addFile({ path, location, type, mode, size, target, md5 }: SourceFile): Promise<void> {
    const header: EntryHeader = { name: path, type, mode, ...(target !== undefined && { linkname: target }) };
    if (type === "file") await this.#copy(this.#begin({ ...header, size }), { location, path, md5 });
    else await this.#add(this.#begin(header));
  }

  /** Completes a header, and writes what has to stand before it: names that are not ASCII, and times that are far away. */
  #begin(header: EntryHeader): EntryHeader {
    const { name, linkname } = header;
    const mtime = headerTime(this.#mtime);
    const complete: EntryHeader = { type: "file", mtime, ...header };
    if (mtime === this.#mtime && isAscii(Buffer.from(`${name}${linkname ?? ""}`))) return complete;
    this.tar.push(extendedHeader({ name, linkname: linkname ?? undefined, mtime: this.#mtime }));
    return { ...complete, name: NAMED_BEFORE, ...(linkname && { linkname: NAMED_BEFORE }) };
  }

  async #add(header: EntryHeader, bytes: Buffer = Buffer.alloc(0)): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.tar.entry(header, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async #copy(
    header: EntryHeader,
    { location, path, md5 }: Pick<SourceFile, "location" | "path" | "md5">,
  ): Promise<void> {
    const hash = createHash("md5");
    let failure: Error | null | undefined;
    const sink = this.tar.entry(header, (error) => (failure = error));
    // It fails together with the archive, which tells.
    sink.on("error", () => undefined);
    for await (const chunk of createReadStream(location)) {
      hash.update(chunk as Buffer);
      if (!sink.write(chunk)) await drained(sink);
      if (sink.destroyed) throw failure;
    }
    const found = hash.digest("hex");
    if (found !== md5) throw new DigestError(path, `MD5 ${md5} as it was a moment ago`, `MD5 ${found}`);
    const closed = new Promise<void>((resolve) => sink.on("close", resolve));
    sink.end(null);
    await closed;
    if (failure) throw failure;
  }
}
