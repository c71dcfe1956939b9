/*
 * The bzip2 format: "BZh" and a level from 1 to 9, then blocks that start anywhere in a byte, each with a mark of 48 bits
 * and a checksum, then another mark and the checksum of the stream. Streams may follow each other in one file.
 */
import { availableParallelism } from "node:os";
import type { ByteSource } from "../byte-source.ts";
import { UnsupportedFormatError } from "../errors.ts";
import { BlockQueue } from "./block-queue.ts";
import { type Block, BlockScanner, NO_BLOCK } from "./block-scanner.ts";
import type { BlockSlot } from "./block-slot.ts";
import { MARK_BITS } from "./find-mark.ts";
import { NEED_MORE, RANDOMISED } from "./problem.ts";

/** Output is handed on in pieces of this size. */
const PIECE_SIZE = 16 * 1024;
/** More threads would find the calling one not fast enough at handing their text on. */
const MOST_HELPERS = 3;

/**
 * Decompresses bzip2, one stream after the other. A few blocks are in flight at a time, in the calling thread and, when there
 * is more than a block of text or two, in others.
 *
 * @param helpers how many other threads may help; by default one less than there are processors, and at most three
 * @throws CorruptError, TruncatedError, TrailingGarbageError, or UnsupportedFormatError for a randomised block
 */
export async function* decompressBzip2(
  source: ByteSource,
  helpers: number = Math.min(availableParallelism() - 1, MOST_HELPERS),
): AsyncGenerator<Uint8Array> {
  const scanner = new BlockScanner(source);
  const queue = new BlockQueue(scanner, helpers);
  const piece = new Uint8Array(PIECE_SIZE);
  let crc = 0;
  try {
    for (;;) {
      const { part, slot } = await queue.next();
      if (part.kind === "finish") return;
      if (part.kind === "failure") throw part.error;
      if (part.kind === "end") {
        if (part.crc !== crc >>> 0)
          throw scanner.corrupt("the checksum of the whole stream does not agree", part.position);
        crc = 0;
      } else if (endsElsewhere(part, slot as BlockSlot)) {
        queue.extend(part);
        continue;
      } else {
        yield* blockText({ part, slot: slot as BlockSlot }, scanner, piece);
        crc = combineCrc(crc, (slot as BlockSlot).crc);
        const end = endOf(part, slot as BlockSlot);
        if (end !== part.end) {
          queue.goOnAt(end, part);
          continue;
        }
      }
      queue.shift();
    }
  } finally {
    await queue.close();
  }
}

/** Whether a block goes on behind what seemed to be its end. */
function endsElsewhere(block: Block, slot: BlockSlot): boolean {
  return slot.problem === NEED_MORE && block.isMarked;
}

/** Where a block has ended, in bits. */
function endOf(block: Block, slot: BlockSlot): number {
  return 8 * Math.floor(block.start / 8) + slot.position;
}

/** Hands a block's text on, then makes sure that something can follow where the block has ended. */
function* blockText(
  { part: block, slot }: { readonly part: Block; readonly slot: BlockSlot },
  scanner: BlockScanner,
  piece: Uint8Array,
): Generator<Uint8Array> {
  check(block, slot, scanner);
  yield* pieces(slot.output(), piece);
  while (slot.hasMore) {
    slot.resume();
    check(block, slot, scanner);
    yield* pieces(slot.output(), piece);
  }
  const end = endOf(block, slot);
  if (scanner.hasMarkAt(end)) return;
  if (end + MARK_BITS > 8 * scanner.length) throw scanner.shortage();
  throw scanner.corrupt(NO_BLOCK, end);
}

function check(block: Block, slot: BlockSlot, scanner: BlockScanner): void {
  const { problem } = slot;
  if (problem === 0) return;
  if (problem === NEED_MORE && block.end === 8 * scanner.length) throw scanner.shortage();
  const place = block.start - MARK_BITS;
  if (problem !== RANDOMISED) throw scanner.corrupt(slot.describe(), place);
  throw new UnsupportedFormatError(slot.describe(), {
    format: "bzip2",
    compressedOffset: Math.floor(place / 8),
  });
}

/** Copies text out of the memory that threads share, which not everything that takes bytes accepts. */
function* pieces(text: Uint8Array, piece: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < text.length; start += piece.length) {
    const part = text.subarray(start, start + piece.length);
    piece.set(part);
    yield piece.subarray(0, part.length);
  }
}

/** Takes a block's checksum into that of its stream. */
function combineCrc(stream: number, block: number): number {
  return ((stream << 1) | (stream >>> 31)) ^ block;
}
