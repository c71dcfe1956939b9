import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { encodeText } from "pkg-archive";
import { compareText } from "../text.ts";
import {
  HEADER_SIZE,
  ItemFlag,
  MAGIC,
  NO_DUPLICATES,
  PageType,
  PRESERVED,
  ROOT,
  VERSION,
} from "./page-file.ts";

const PAGE_SIZE = 4096;
/** Of a key and its value together; more goes to overflow pages, so that two items fit on a page. */
const OVERFLOW_LIMIT = 2024;
const MODE = 0o644;

/**
 * Writes a pkgdb.byfile.db that the original tools read and change: each absolute path with its owner.
 *
 * The entries may come in any order; of those with one path the first counts. The file is written beside, brought to disk
 * and renamed.
 */
export function writeByFile(path: string, entries: Iterable<readonly [path: string, owner: string]>): void {
  const sorted = [...entries].toSorted((a, b) => compareText(a[0], b[0]));
  writeSorted(
    path,
    sorted.filter(([key], index) => index === 0 || key !== sorted[index - 1]?.[0]),
  );
}

/** As {@link writeByFile}, for entries that come sorted by their bytes and once only; they are not held in memory. */
export function writeSorted(path: string, entries: Iterable<readonly [path: string, owner: string]>): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  const fd = openSync(beside, "wx", MODE);
  try {
    try {
      new TreeWriter(fd).write(entries);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** The bytes of a key as an item has them: itself, or where it stands on overflow pages. */
interface StoredBytes {
  readonly bytes: Buffer;
  readonly isBig: boolean;
}

interface Item {
  readonly bytes: Buffer;
  /** A key not above this item's, and above that of the item before: what the level above says of a page. */
  readonly separator: () => StoredBytes;
}

interface Child {
  readonly number: number;
  readonly separator: StoredBytes;
}

/** The first page of a level is for all keys below those of the second. */
const LOWEST: StoredBytes = { bytes: Buffer.alloc(0), isBig: false };

class TreeWriter {
  readonly #fd: number;
  #nextPage = ROOT + 1;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(entries: Iterable<readonly [string, string]>): void {
    let level = this.#writeLevel(PageType.leaf, this.#leafItems(entries));
    while (level.length > 1) level = this.#writeLevel(PageType.internal, internalItems(level));
    this.#put(0, headPage());
  }

  /** Fills pages with items, one after the other; a level of one page is the root. */
  #writeLevel(type: number, items: Iterable<Item>): readonly Child[] {
    const children: Child[] = [];
    let page = new PageBuilder(type, 0);
    let number = 0;
    let separator = LOWEST;
    for (const item of items) {
      if (!page.hasRoom(item.bytes)) {
        number ||= this.#nextPage++;
        const next = this.#nextPage++;
        this.#put(number, page.finish(number, next));
        children.push({ number, separator });
        page = new PageBuilder(type, number);
        number = next;
        separator = item.separator();
      }
      page.add(item.bytes);
    }
    number ||= ROOT;
    this.#put(number, page.finish(number, 0));
    children.push({ number, separator });
    return children;
  }

  *#leafItems(entries: Iterable<readonly [string, string]>): Generator<Item> {
    let before: Buffer = Buffer.alloc(0);
    for (const [path, owner] of entries) {
      const fullKey = encodeText(`${path}\0`);
      const fullValue = encodeText(`${owner}\0`);
      const key = this.#store(fullKey, fullKey.length > OVERFLOW_LIMIT);
      const value = this.#store(fullValue, key.bytes.length + fullValue.length > OVERFLOW_LIMIT);
      const previous = before;
      yield { bytes: leafBytes(key, value), separator: () => this.#separator(previous, fullKey, key) };
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
    return { bytes: fullKey.subarray(0, length + 1), isBig: false };
  }

  /** Puts bytes on overflow pages if they are big, and answers with what the item has in their place. */
  #store(bytes: Buffer, isBig: boolean): StoredBytes {
    if (!isBig) return { bytes, isBig };
    const reference = Buffer.alloc(8);
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

class PageBuilder {
  readonly #bytes: Buffer = Buffer.alloc(PAGE_SIZE);
  #lower = HEADER_SIZE;
  #upper = PAGE_SIZE;

  constructor(type: number, left: number) {
    this.#bytes.writeUInt32LE(left, 4);
    this.#bytes.writeUInt32LE(type, 12);
  }

  hasRoom(item: Buffer): boolean {
    return this.#upper - this.#lower >= aligned(item.length) + 2;
  }

  add(item: Buffer): void {
    this.#upper -= aligned(item.length);
    item.copy(this.#bytes, this.#upper);
    this.#bytes.writeUInt16LE(this.#upper, this.#lower);
    this.#lower += 2;
  }

  finish(number: number, right: number): Buffer {
    this.#bytes.writeUInt32LE(number, 0);
    this.#bytes.writeUInt32LE(right, 8);
    this.#bytes.writeUInt16LE(this.#lower, 16);
    this.#bytes.writeUInt16LE(this.#upper, 18);
    return this.#bytes;
  }
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
  const head = Buffer.alloc(9);
  head.writeUInt32LE(key.bytes.length, 0);
  head.writeUInt32LE(value.bytes.length, 4);
  head[8] = (key.isBig ? ItemFlag.bigKey : 0) | (value.isBig ? ItemFlag.bigValue : 0);
  return Buffer.concat([head, key.bytes, value.bytes]);
}

function headPage(): Buffer {
  const page = Buffer.alloc(PAGE_SIZE);
  [MAGIC, VERSION, PAGE_SIZE, 0, 0, NO_DUPLICATES].forEach((value, index) => {
    page.writeUInt32LE(value, 4 * index);
  });
  return page;
}

function overflowPage(number: number, right: number, bytes: Buffer): Buffer {
  const page = Buffer.alloc(PAGE_SIZE);
  page.writeUInt32LE(number, 0);
  page.writeUInt32LE(right, 8);
  page.writeUInt32LE(PageType.overflow, 12);
  bytes.copy(page, HEADER_SIZE);
  return page;
}

/** Items start at multiples of four bytes. */
function aligned(length: number): number {
  return (length + 3) & ~3;
}
