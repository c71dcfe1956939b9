import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ByFileError } from "../errors.ts";

/*
 * The file is a BerkeleyDB 1.85 btree: pages of one size, page 0 with the magic number, page 1 the root. A page has a
 * header of 20 bytes, then the offsets of its items in key order; the items grow down from the end of the page.
 *
 *   page 0   u32 magic, version, page size, first free page, 0, flags
 *   header   u32 own number, left sibling, right sibling, type; u16 lower, upper
 *   leaf     u32 key size, u32 value size, u8 flags, key, value
 *   internal u32 key size, u32 child, u8 flags, key
 *   overflow header, then raw bytes; the right sibling goes on
 */

export const MAGIC = 0x00053162;
export const VERSION = 3;
export const HEADER_SIZE = 20;
/** Flag of the tree: no key comes twice. */
export const NO_DUPLICATES = 0x20;
/** The page that the tree starts from. */
export const ROOT = 1;

/** What the low bits of a page's type say. */
export const PageType = { internal: 1, leaf: 2, overflow: 4, mask: 0x1f } as const;
/** The overflow chain is also referred to by an internal page. */
export const PRESERVED = 0x20;
/** Flags of an item. */
export const ItemFlag = { bigValue: 1, bigKey: 2 } as const;

/** How many pages are remembered. */
const CACHED_PAGES = 32;

/** What comes before the key of an item: two numbers and the flags. */
const ITEM_HEAD_SIZE = 9;
/** What may be free between two items, since they are aligned. */
const LARGEST_GAP = 7;

const SMALLEST_PAGE = 512;
const LARGEST_PAGE = 65_536;

/** A page with its numbers in the byte order of the machine that wrote it. */
export interface Page {
  readonly number: number;
  readonly type: number;
  /** The number of the page before it on its level, 0 for none. */
  readonly left: number;
  /** The number of the page after it, 0 for none. */
  readonly right: number;
  /** How many items there are. */
  readonly count: number;
  readonly view: DataView;
  readonly bytes: Buffer;
}

/** A database file that is open for reading, page by page. */
export class PageFile {
  readonly path: string;
  readonly pageSize: number;
  readonly #fd: number;
  readonly #littleEndian: boolean;
  readonly #pages: number;
  readonly #cache = new Map<number, Page>();

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, "r");
    try {
      const { size } = fstatSync(this.#fd);
      const head = Buffer.alloc(HEADER_SIZE);
      if (size > 0) readSync(this.#fd, head, 0, HEADER_SIZE, 0);
      this.#littleEndian = head.readUInt32BE(0) !== MAGIC;
      const view = new DataView(head.buffer, head.byteOffset, head.length);
      this.pageSize = size === 0 ? LARGEST_PAGE : this.#readHead(view);
      this.#pages = Math.floor(size / this.pageSize);
      if (size % this.pageSize !== 0)
        throw new ByFileError(path, this.#pages, "the file ends within the page");
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** A file of no bytes is a database without entries, and so is one that has only its first page. */
  get isEmpty(): boolean {
    return this.#pages <= ROOT;
  }

  /** Whether its numbers have the lowest byte first. */
  get isLittleEndian(): boolean {
    return this.#littleEndian;
  }

  /** How many pages the file has. */
  get pages(): number {
    return this.#pages;
  }

  /**
   * Reads one page.
   *
   * @throws ByFileError where the file has no such page, or it is damaged
   */
  page(number: number): Page {
    const known = this.#cache.get(number);
    if (known !== undefined) return known;
    const page = this.#read(number);
    const [oldest] = this.#cache.keys();
    if (oldest !== undefined && this.#cache.size >= CACHED_PAGES) this.#cache.delete(oldest);
    this.#cache.set(number, page);
    return page;
  }

  #read(number: number): Page {
    if (number < ROOT || number >= this.#pages) {
      throw new ByFileError(this.path, number, `no such page: the file has ${this.#pages}`);
    }
    const bytes = Buffer.allocUnsafeSlow(this.pageSize);
    const got = readSync(this.#fd, bytes, 0, this.pageSize, number * this.pageSize);
    if (got < this.pageSize) throw new ByFileError(this.path, number, "the file ends within the page");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const own = view.getUint32(0, this.#littleEndian);
    if (own !== number) throw new ByFileError(this.path, number, `the page says that it is page ${own}`);
    const lower = view.getUint16(16, this.#littleEndian);
    const type = view.getUint32(12, this.#littleEndian) & PageType.mask;
    const count = type === PageType.overflow ? 0 : (lower - HEADER_SIZE) / 2;
    if (!Number.isInteger(count) || count < 0 || lower > this.pageSize) {
      throw new ByFileError(this.path, number, `an index that ends at byte ${lower} was not expected`);
    }
    const [left, right] = [this.u32({ view }, 4), this.u32({ view }, 8)];
    const page: Page = { number, type, left, right, count, view, bytes };
    this.#expectItems(page);
    return page;
  }

  /** The items are one behind the other up to the end of the page; a number that is wrong makes two overlap, or a gap. */
  #expectItems(page: Page): void {
    if (page.type === PageType.overflow) return;
    const starts = new Uint16Array(page.count);
    for (let index = 0; index < page.count; index++) starts[index] = this.u16(page, HEADER_SIZE + 2 * index);
    // Where pages are so large that their size is no number of two bytes, it is 0.
    let end = this.u16(page, 18) || this.pageSize;
    for (const start of starts.toSorted()) {
      if (start < end || start > end + LARGEST_GAP || start + ITEM_HEAD_SIZE > this.pageSize) {
        throw new ByFileError(this.path, page.number, `an item at byte ${start} was not expected`);
      }
      const valueSize = page.type === PageType.leaf ? this.u32(page, start + 4) : 0;
      end = start + ITEM_HEAD_SIZE + this.u32(page, start) + valueSize;
    }
    if (end > this.pageSize || end + LARGEST_GAP < this.pageSize) {
      throw new ByFileError(this.path, page.number, `items that end at byte ${end} were not expected`);
    }
  }

  /** A number of four bytes. */
  u32(page: Pick<Page, "view">, offset: number): number {
    return page.view.getUint32(offset, this.#littleEndian);
  }

  /** A number of two bytes. */
  u16(page: Pick<Page, "view">, offset: number): number {
    return page.view.getUint16(offset, this.#littleEndian);
  }

  close(): void {
    closeSync(this.#fd);
  }

  #readHead(view: DataView): number {
    const [magic, version, pageSize] = [0, 4, 8].map((offset) => this.u32({ view }, offset));
    if (magic !== MAGIC || version !== VERSION) {
      throw new ByFileError(this.path, 0, "not a BerkeleyDB 1.85 btree of version 3");
    }
    if (pageSize === undefined || pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE) {
      throw new ByFileError(this.path, 0, `pages of ${pageSize} bytes; expected 512 to 65536`);
    }
    return pageSize;
  }
}
