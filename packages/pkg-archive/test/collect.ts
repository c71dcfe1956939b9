import { openPackage, type PackageFile, type PackageReader } from "../src/index.ts";

/** All bytes of a stream in one piece; chunks are copied, since their memory may be used again. */
export async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of bytes) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** Bytes in chunks of one size, all of which use the same memory, as a producer may do it. */
export async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(size);
  for (let start = 0; start < bytes.length; start += size) {
    const chunk = memory.subarray(0, Math.min(size, bytes.length - start));
    chunk.set(bytes.subarray(start, start + chunk.length));
    yield chunk;
    memory.fill(0xee);
  }
}

/** A package that has been read as a whole. */
export interface WholePackage extends Pick<PackageReader, "metadata" | "packingList" | "signature"> {
  readonly files: readonly (Omit<PackageFile, "body"> & { readonly content: Buffer })[];
}

/** Reads a package, all of it. */
export async function readWhole(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<WholePackage> {
  const reader = await openPackage(bytes instanceof Uint8Array ? chunksOf(bytes, 65_536) : bytes);
  try {
    const files = [];
    for await (const { body, ...file } of reader.files) files.push({ ...file, content: await collect(body) });
    const { metadata, packingList, signature } = reader;
    return { metadata, packingList, signature, files };
  } finally {
    await reader.close();
  }
}
