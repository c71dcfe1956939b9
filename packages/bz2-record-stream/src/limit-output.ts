import type { ByteSource } from "./byte-source.ts";
import type { Format } from "./detect.ts";
import { LimitError } from "./errors.ts";

/** Limits against archives that are made to fill memory or disk. */
export interface Limits {
  /** The most bytes that may come out. Default: no limit. */
  readonly maxOutput?: number;
  /** The most bytes that may come out for each compressed byte, after the first 16 MiB. Default: 1000. */
  readonly maxRatio?: number;
}

const DEFAULT_MAX_RATIO = 1000;
/** So much text is harmless, however few bytes it came from. */
const FREE_OUTPUT = 16 * 1024 * 1024;

/**
 * Passes decompressed bytes on as long as they are within limits.
 *
 * @throws LimitError before the first chunk that is too much is handed on
 */
export async function* limitOutput(
  output: AsyncIterable<Uint8Array>,
  { format, source }: { readonly format: Format; readonly source: ByteSource },
  limits: Limits,
): AsyncGenerator<Uint8Array> {
  const { maxOutput = Infinity, maxRatio = DEFAULT_MAX_RATIO } = limits;
  let total = 0;
  for await (const chunk of output) {
    total += chunk.length;
    const facts = { format, compressedOffset: source.length } as const;
    if (total > maxOutput)
      throw new LimitError(
        `at most ${maxOutput} bytes were allowed to come out (maxOutput), found more`,
        facts,
      );
    if (format !== "plain" && total > FREE_OUTPUT && total > maxRatio * source.length)
      throw new LimitError(
        `at most ${maxRatio} times as many bytes were allowed to come out as went in (maxRatio), found more`,
        facts,
      );
    yield chunk;
  }
}
