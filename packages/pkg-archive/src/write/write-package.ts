import { isAscii } from "node:buffer";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type Pack, pack } from "tar-stream";
import { drained } from "../drained.ts";
import { DigestError } from "../errors.ts";
import type { EntryHeader } from "../tar-entry.ts";
import { compress, type Compression } from "./compress.ts";
import { findFiles, type SourceFile } from "./find-files.ts";
import type { PackageSpec } from "./package-spec.ts";
import { writeMetadata } from "./write-metadata.ts";

/** How a package is written. */
export interface WriteOptions {
  /** Default: gzip. */
  readonly compression?: Compression | undefined;
}

/**
 * Writes a package as bytes. The same input gives the same bytes: files in the order of their names, owned by number 0, of the
 * time of BUILD_DATE.
 *
 * @throws SpecError out of the iteration for what no package can have; DigestError for a file that changes meanwhile
 */
export async function* writePackage(
  spec: PackageSpec,
  options: WriteOptions = {},
): AsyncGenerator<Uint8Array> {
  const files = await findFiles(spec.root);
  yield* compress(archive(spec, files), options.compression ?? "gzip");
}

async function* archive(spec: PackageSpec, files: readonly SourceFile[]): AsyncGenerator<Uint8Array> {
  const metadata = writeMetadata(spec, files);
  const writer = new ArchiveWriter(buildTime(spec.buildInfo["BUILD_DATE"]));
  const writing = (async () => {
    for (const { name, mode, bytes } of metadata) await writer.addBytes({ name, mode }, bytes);
    for (const file of files) await writer.addFile(file);
    writer.tar.finalize();
  })();
  // Its failure comes out of the loop below.
  writing.catch((error: unknown) => writer.tar.destroy(error as Error));
  yield* writer.tar as AsyncIterable<Uint8Array>;
  await writing;
}

class ArchiveWriter {
  readonly tar: Pack = pack();
  readonly #mtime: Date;

  constructor(mtime: Date) {
    this.#mtime = mtime;
  }

  async addBytes(header: EntryHeader, bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.tar.entry(this.#complete(header), bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async addFile({ path, location, type, mode, size, target, md5 }: SourceFile): Promise<void> {
    const header: EntryHeader = { name: path, type, mode, ...(target !== undefined && { linkname: target }) };
    if (type === "file") await this.#copy(this.#complete({ ...header, size }), { location, path, md5 });
    else this.tar.entry(this.#complete(header));
  }

  #complete(header: EntryHeader): EntryHeader {
    // Names that are not ASCII go into records that are marked as bytes, lest a reader convert them.
    const isPlain = isAscii(Buffer.from(`${header.name}${header.linkname ?? ""}`));
    return {
      type: "file",
      mtime: this.#mtime,
      ...header,
      ...(isPlain ? {} : { pax: { hdrcharset: "BINARY" } }),
    };
  }

  async #copy(
    header: EntryHeader,
    { location, path, md5 }: Pick<SourceFile, "location" | "path" | "md5">,
  ): Promise<void> {
    const hash = createHash("md5");
    let failure: Error | null | undefined;
    const sink = this.tar.entry(header, (error) => (failure = error));
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

/** The time of a build, such as `2026-05-04 03:02:01 +0000`; where there is none, the beginning of time. */
function buildTime(date: string | readonly string[] | undefined): Date {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec([date].flat()[0] ?? "");
  if (match === null) return new Date(0);
  const [, day, time, hours, minutes] = match;
  return new Date(`${day}T${time}${hours}:${minutes}`);
}
