import { ReadableStream } from "node:stream/web";
import { DamagedError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { giveBackXzLibrary, takeXzLibrary } from "./xz-library.ts";

/** Decompresses xz by xz-decompress, a build of the decoder that Linux has. */
export async function* unxz(source: ByteSource): AsyncGenerator<Uint8Array> {
  const library = takeXzLibrary();
  let sourceFailure: { readonly error: unknown } | undefined;
  const input = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await source.take();
          // It keeps what it is given, and the producer may use the memory again.
          if (chunk !== undefined) controller.enqueue(Buffer.from(chunk));
          else controller.close();
        } catch (error) {
          sourceFailure = { error };
          controller.error(error);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const reader = new library.XzReadableStream(input as globalThis.ReadableStream<Uint8Array>).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    if (sourceFailure !== undefined) throw sourceFailure.error;
    throw new DamagedError("xz: the compressed data is damaged or ends too early", error);
  } finally {
    await reader.cancel().catch(() => undefined);
    giveBackXzLibrary(library);
  }
}
