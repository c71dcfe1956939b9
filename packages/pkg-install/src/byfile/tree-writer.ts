import { writeSync } from "node:fs";
import { encodeText } from "pkg-archive";
import { aligned, headPage, INDEX_SIZE, overflowPage, PAGE_SIZE, PageBuilder } from "./page-builder.ts";
import { HEADER_SIZE, ItemFlag, PageType, PRESERVED, ROOT } from "./page-file.ts";

/** Of a key and its value together; more goes to overflow pages, so that two items fit on a page. */
const OVERFLOW_LIMIT = 2024;
/** What stands in the place of bytes that are on overflow pages. */
const REFERENCE_SIZE = 8;
const LEAF_HEAD_SIZE = 9;

/** A path and its owner. */
export type Entry = readonly [path: string, owner: string];

/** What leaves are made of: entries, or a page that is taken over as it is, with its first and its last key. */
export type LeafPiece =
  | { readonly entry: Entry; readonly startsPage: boolean }
  | { readonly page: Buffer; readonly first: Buffer; readonly last: Buffer };

/** The bytes of a key as an item has them: itself, or where it stands on overflow pages. */
interface StoredBytes {
  readonly bytes: Buffer;
  readonly isBig: boolean;
}

interface Item {
  readonly bytes: Buffer;
  /** A key not above this item's, and above that of the item before: what the level above says of a page. */
  readonly separator: () => StoredBytes;
  /** No item comes before it on its page. */
  readonly startsPage?: boolean;
  /** The bytes are those of a page, which no item is added to. */
  readonly isPage?: boolean;
}

interface Child {
  readonly number: number;
  readonly separator: StoredBytes;
}

/** The first page of a level is for all keys below those of the second. */
const LOWEST: StoredBytes = { bytes: Buffer.alloc(0), isBig: false };

/** Writes the pages of a database to a file, from the leaves up. */
export class TreeWriter {
  readonly #fd: number;
  #nextPage = ROOT + 1;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @param pieces in the order of their keys */
  write(pieces: Iterable<LeafPiece>): void {
    let level = this.#writeLevel(PageType.leaf, this.#leafItems(pieces));
    while (level.length > 1) level = this.#writeLevel(PageType.internal, internalItems(level));
    this.#put(0, headPage());
  }

  /** Fills pages with items, one after the other; a level of one page is the root. */
  #writeLevel(type: number, items: Iterable<Item>): readonly Child[] {
    const children: Child[] = [];
    const page = new PageBuilder(type);
    page.start(0);
    let number = 0;
    let separator = LOWEST;
    let isFull = false;
    for (const item of items) {
      const isNew = isFull || item.startsPage === true || item.isPage === true || !page.hasRoom(item.bytes);
      if (isNew && !page.isEmpty) {
        number ||= this.#nextPage++;
        const next = this.#nextPage++;
        this.#put(number, page.finish(number, next));
        children.push({ number, separator });
        page.start(number);
        number = next;
        separator = item.separator();
      }
      isFull = item.isPage === true;
      if (isFull) page.takeOver(item.bytes);
      else page.add(item.bytes);
    }
    number ||= ROOT;
    this.#put(number, page.finish(number, 0));
    children.push({ number, separator });
    return children;
  }

  *#leafItems(pieces: Iterable<LeafPiece>): Generator<Item> {
    let before: Buffer = Buffer.alloc(0);
    for (const piece of pieces) {
      const previous = before;
      if ("page" in piece) {
        const { page, first, last } = piece;
        const key = { bytes: first, isBig: false };
        yield { bytes: page, isPage: true, separator: () => this.#separator(previous, first, key) };
        before = last;
        continue;
      }
      const [path, owner] = piece.entry;
      const fullKey = encodeText(`${path}\0`);
      const fullValue = encodeText(`${owner}\0`);
      const [isBigKey, isBigValue] = areBig(fullKey.length, fullValue.length);
      const key = this.#store(fullKey, isBigKey);
      const value = this.#store(fullValue, isBigValue);
      const bytes = leafBytes(key, value);
      yield { bytes, startsPage: piece.startsPage, separator: () => this.#separator(previous, fullKey, key) };
      before = fullKey;
    }
  }

  #separator(before: Buffer, fullKey: Buffer, key: StoredBytes): StoredBytes {
    if (key.isBig) {
      this.#write(Buffer.of(PageType.overflow | PRESERVED), key.bytes.readUInt32LE(0) * PAGE_SIZE + 12);
      return key;
    }
    let length = 0;
    while (before[length] === fullKey[length]) length += 1;
    return { bytes: copyOf(fullKey.subarray(0, length + 1)), isBig: false };
  }

  /** Puts bytes on overflow pages if they are big, and answers with what the item has in their place. */
  #store(bytes: Buffer, isBig: boolean): StoredBytes {
    if (!isBig) return { bytes, isBig };
    const reference = Buffer.alloc(REFERENCE_SIZE);
    reference.writeUInt32LE(this.#nextPage, 0);
    reference.writeUInt32LE(bytes.length, 4);
    const room = PAGE_SIZE - HEADER_SIZE;
    for (let start = 0; start < bytes.length; start += room) {
      const number = this.#nextPage++;
      const isLast = start + room >= bytes.length;
      this.#put(number, overflowPage(number, isLast ? 0 : number + 1, bytes.subarray(start, start + room)));
    }
    return { bytes: reference, isBig };
  }

  #put(number: number, page: Buffer): void {
    this.#write(page, number * PAGE_SIZE);
  }

  #write(bytes: Buffer, position: number): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, position + done);
    }
  }
}

/** A copy with memory of its own; a part of a small buffer would keep the memory that it shares with many others. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function* internalItems(children: readonly Child[]): Generator<Item> {
  for (const { number, separator } of children) {
    const head = Buffer.alloc(9);
    head.writeUInt32LE(separator.bytes.length, 0);
    head.writeUInt32LE(number, 4);
    head[8] = separator.isBig ? ItemFlag.bigKey : 0;
    yield { bytes: Buffer.concat([head, separator.bytes]), separator: () => separator };
  }
}

function leafBytes(key: StoredBytes, value: StoredBytes): Buffer {
  const bytes = Buffer.allocUnsafe(LEAF_HEAD_SIZE + key.bytes.length + value.bytes.length);
  bytes.writeUInt32LE(key.bytes.length, 0);
  bytes.writeUInt32LE(value.bytes.length, 4);
  bytes[8] = (key.isBig ? ItemFlag.bigKey : 0) | (value.isBig ? ItemFlag.bigValue : 0);
  key.bytes.copy(bytes, LEAF_HEAD_SIZE);
  value.bytes.copy(bytes, LEAF_HEAD_SIZE + key.bytes.length);
  return bytes;
}

/** Whether a key and its value go to overflow pages, by their lengths: a key does too where the value's reference has no room. */
function areBig(key: number, value: number): [key: boolean, value: boolean] {
  if (key > OVERFLOW_LIMIT) return [true, REFERENCE_SIZE + value > OVERFLOW_LIMIT];
  const isBigValue = key + value > OVERFLOW_LIMIT;
  return [isBigValue && key + REFERENCE_SIZE > OVERFLOW_LIMIT, isBigValue];
}

/** What an entry takes on its page, in bytes, or a little more. */
export function sizeOnPage([path, owner]: Entry): number {
  const [key, value] = [Buffer.byteLength(path) + 1, Buffer.byteLength(owner) + 1];
  const [isBigKey, isBigValue] = areBig(key, value);
  const size = (isBigKey ? REFERENCE_SIZE : key) + (isBigValue ? REFERENCE_SIZE : value);
  return aligned(LEAF_HEAD_SIZE + size) + INDEX_SIZE;
}
