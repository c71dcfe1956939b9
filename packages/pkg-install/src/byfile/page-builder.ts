import { HEADER_SIZE, MAGIC, NO_DUPLICATES, PageType, VERSION } from "./page-file.ts";

/** The size of the pages that are written. */
export const PAGE_SIZE = 4096;
/** What tells where an item starts. */
export const INDEX_SIZE = 2;

/** Fills one page after the other with items, all in the same memory. */
export class PageBuilder {
  readonly #bytes: Buffer = Buffer.alloc(PAGE_SIZE);
  readonly #type: number;
  #lower = HEADER_SIZE;
  #upper = PAGE_SIZE;

  constructor(type: number) {
    this.#type = type;
  }

  /** Starts a page anew, without items. */
  start(left: number): void {
    this.#bytes.fill(0);
    this.#bytes.writeUInt32LE(left, 4);
    this.#bytes.writeUInt32LE(this.#type, 12);
    this.#lower = HEADER_SIZE;
    this.#upper = PAGE_SIZE;
  }

  get isEmpty(): boolean {
    return this.#lower === HEADER_SIZE;
  }

  hasRoom(item: Buffer): boolean {
    return this.#upper - this.#lower >= aligned(item.length) + INDEX_SIZE;
  }

  add(item: Buffer): void {
    this.#upper -= aligned(item.length);
    item.copy(this.#bytes, this.#upper);
    this.#bytes.writeUInt16LE(this.#upper, this.#lower);
    this.#lower += INDEX_SIZE;
  }

  /** Takes all items of another page; what the header says of its neighbours is written anew. */
  takeOver(page: Buffer): void {
    const left = this.#bytes.readUInt32LE(4);
    page.copy(this.#bytes);
    this.#bytes.writeUInt32LE(left, 4);
    this.#lower = page.readUInt16LE(16);
    this.#upper = page.readUInt16LE(18);
  }

  /** The whole page, until the next one is started. */
  finish(number: number, right: number): Buffer {
    this.#bytes.writeUInt32LE(number, 0);
    this.#bytes.writeUInt32LE(right, 8);
    this.#bytes.writeUInt16LE(this.#lower, 16);
    this.#bytes.writeUInt16LE(this.#upper, 18);
    return this.#bytes;
  }
}

/** The first page, of which no other is free. */
export function headPage(): Buffer {
  const page = Buffer.alloc(PAGE_SIZE);
  [MAGIC, VERSION, PAGE_SIZE, 0, 0, NO_DUPLICATES].forEach((value, index) => {
    page.writeUInt32LE(value, 4 * index);
  });
  return page;
}

/** A page with a part of a key or value that has none on its own. */
export function overflowPage(number: number, right: number, bytes: Buffer): Buffer {
  const page = Buffer.alloc(PAGE_SIZE);
  page.writeUInt32LE(number, 0);
  page.writeUInt32LE(right, 8);
  page.writeUInt32LE(PageType.overflow, 12);
  bytes.copy(page, HEADER_SIZE);
  return page;
}

/** Items start at multiples of four bytes. */
export function aligned(length: number): number {
  return (length + 3) & ~3;
}
