import type { ByteSource } from "./byte-source.ts";
import { CorruptError, TrailingGarbageError, TruncatedError, UnsupportedFormatError } from "./errors.ts";
import { giveBackXzLibrary, takeXzLibrary } from "./xz-library.ts";
import { XzTail } from "./xz-tail.ts";

const MAGIC = Buffer.from("fd377a585a00", "hex");
/** What the library's messages end in: the results of xz-embedded's xz_dec_run (linux/xz.h). */
const MEMORY = 3;
const MEMORY_LIMIT = 4;
const FORMAT = 5;
const OPTIONS = 6;
const BUFFER = 8;

/**
 * Decompresses xz, one stream after the other, by xz-decompress, a build of the decoder that Linux has.
 *
 * @throws CorruptError, TruncatedError, TrailingGarbageError or UnsupportedFormatError
 */
export async function* decompressXz(source: ByteSource): AsyncGenerator<Uint8Array> {
  const beginsWell = MAGIC.equals((await source.peek(MAGIC.length)).subarray(0, MAGIC.length));
  const tail = new XzTail();
  let sourceFailure: unknown;
  const chunks = source.rest();
  const input = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) return controller.close();
          tail.add(value);
          controller.enqueue(value);
        } catch (error) {
          sourceFailure = error;
          throw error;
        }
      },
    },
    // A chunk's memory is used again when the next one is asked for.
    { highWaterMark: 0 },
  );
  const library = await takeXzLibrary();
  const reader = new library.XzReadableStream(input).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    if (error === sourceFailure) throw error;
    throw toOwnError(error as Error, { source, beginsWell, rest: tail.rest });
  } finally {
    // The library fails where it has read ahead to the end and nobody wants the rest.
    await reader.cancel().catch(() => undefined);
    giveBackXzLibrary(library);
  }
}

interface Progress {
  readonly source: ByteSource;
  /** The first header was good. */
  readonly beginsWell: boolean;
  /** What has come behind the last stream, where that has ended. */
  readonly rest: Buffer | undefined;
}

function toOwnError(cause: Error, { source, beginsWell, rest }: Progress): Error {
  const result = Number(/error code (\d+)$/.exec(cause.message)?.[1]);
  const facts = { format: "xz", compressedOffset: source.offset, cause } as const;
  switch (result) {
    case BUFFER:
      if (rest !== undefined && !canBeginStream(rest)) return trailingGarbage(facts);
      return new TruncatedError("the input ends too early", facts);
    case FORMAT:
      // Where the first header was good, it is what follows a stream that has none.
      if (!beginsWell) return new CorruptError("no xz header", facts);
      return trailingGarbage(facts);
    case OPTIONS:
      return new UnsupportedFormatError(
        "a checksum other than CRC-32 and CRC-64, or a filter other than LZMA2",
        facts,
      );
    case MEMORY:
    case MEMORY_LIMIT:
      return new UnsupportedFormatError("a dictionary of more than 64 MiB", facts);
    default:
      return new CorruptError(Number.isNaN(result) ? cause.message : "damaged data", facts);
  }
}

/** Whether bytes, of which there may be few, agree with the start of a stream. */
function canBeginStream(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, MAGIC.length);
  return bytes.subarray(0, length).equals(MAGIC.subarray(0, length));
}

function trailingGarbage(facts: ConstructorParameters<typeof TrailingGarbageError>[1]): TrailingGarbageError {
  return new TrailingGarbageError("bytes after the end that are no other stream", facts);
}
