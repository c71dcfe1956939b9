import { decodeText, encodeText } from "pkg-archive";
import { ByFileError } from "../errors.ts";
import { HEADER_SIZE, ItemFlag, type Page, PageFile, PageType, ROOT } from "./page-file.ts";

/**
 * Reads a pkgdb.byfile.db: each absolute path with its owner, in the order of the paths' bytes.
 *
 * The owner is a package name, or `@pkgdir` and the names of the packages that share a directory, one blank between.
 * Memory stays at a few pages, whatever the file's size.
 *
 * @throws ByFileError for a file that is no such database, or a damaged one
 */
export function* readByFile(path: string): Generator<[path: string, owner: string]> {
  const file = new PageFile(path);
  try {
    for (const leaf of leaves(file)) yield* entriesOf(file, leaf);
  } finally {
    file.close();
  }
}

/**
 * The leaves of a database in the order of their keys.
 *
 * They are linked both ways, and the tree tells which are the first and the last, so that none is passed over.
 */
export function* leaves(file: PageFile): Generator<Page> {
  if (file.isEmpty) return;
  const last = descend(file, (page) => page.count - 1).number;
  let before: Page | undefined;
  for (let leaf = descend(file, () => 0); ; leaf = pageOf(file, leaf.right, PageType.leaf)) {
    expectAfter(file, leaf, before);
    yield leaf;
    if ((leaf.number === last) !== (leaf.right === 0)) {
      throw damaged(file, leaf, `its right neighbour is ${leaf.right}, and page ${last} the last`);
    }
    if (leaf.right === 0) return;
    before = leaf;
  }
}

function expectAfter(file: PageFile, leaf: Page, before: Page | undefined): void {
  const { number = 0, count = 0 } = before ?? {};
  if (leaf.left !== number)
    throw damaged(file, leaf, `its left neighbour is ${leaf.left}; expected ${number}`);
  if (before === undefined || count === 0 || leaf.count === 0) return;
  expectAbove(file, leaf, { key: keyOf(file, leaf, 0), before: keyOf(file, before, count - 1) });
}

function expectAbove(file: PageFile, leaf: Page, { key, before }: { key: Buffer; before: Buffer }): void {
  if (Buffer.compare(before, key) >= 0) throw damaged(file, leaf, "its keys are not in order");
}

/** The entries of a leaf. */
export function* entriesOf(file: PageFile, leaf: Page): Generator<[path: string, owner: string]> {
  let before: Buffer | undefined;
  for (let index = 0; index < leaf.count; index++) {
    const { key, value } = leafItem(file, leaf, index);
    if (before !== undefined) expectAbove(file, leaf, { key, before });
    before = key;
    yield [text(file, leaf, key), text(file, leaf, value())];
  }
}

/** The key of an entry of a leaf, with its NUL. */
export function keyOf(file: PageFile, leaf: Page, index: number): Buffer {
  return leafItem(file, leaf, index).key;
}

/** The path of an entry of a leaf. */
export function pathOf(file: PageFile, leaf: Page, index: number): string {
  return text(file, leaf, keyOf(file, leaf, index));
}

/** Whether all that a leaf says is on the page itself. */
export function isSelfContained(file: PageFile, leaf: Page): boolean {
  for (let index = 0; index < leaf.count; index++) {
    if (leaf.bytes[itemOffset(file, leaf, index) + 8] !== 0) return false;
  }
  return true;
}

/**
 * Looks one path up in a pkgdb.byfile.db, by way of its tree.
 *
 * @returns the owner as in {@link readByFile}, or undefined where the path has none
 * @throws ByFileError for a file that is no such database, or a damaged one
 */
export function lookUpByFile(path: string, wanted: string): string | undefined {
  const file = new PageFile(path);
  try {
    return lookUp(file, wanted);
  } finally {
    file.close();
  }
}

/** As {@link lookUpByFile}, in a file that is open. */
export function lookUp(file: PageFile, wanted: string): string | undefined {
  if (file.isEmpty) return undefined;
  const key = encodeText(`${wanted}\0`);
  const leaf = leafFor(file, key);
  const index = lastNotAbove(leaf.count, (at) => Buffer.compare(leafItem(file, leaf, at).key, key));
  const item = index < 0 ? undefined : leafItem(file, leaf, index);
  if (item?.key.equals(key) === true) return text(file, leaf, item.value());
  expectNowhere(file, leaf, { key, index });
  return undefined;
}

/** A key that would be the first or the last of a leaf could be in the next one, if the tree were damaged. */
function expectNowhere(file: PageFile, leaf: Page, { key, index }: { key: Buffer; index: number }): void {
  if (index < 0 && leaf.left !== 0) {
    const left = pageOf(file, leaf.left, PageType.leaf);
    if (left.count > 0) expectAbove(file, leaf, { key, before: keyOf(file, left, left.count - 1) });
  }
  if (index === leaf.count - 1 && leaf.right !== 0) {
    const right = pageOf(file, leaf.right, PageType.leaf);
    if (right.count > 0) expectAbove(file, right, { key: keyOf(file, right, 0), before: key });
  }
}

interface LeafItem {
  readonly key: Buffer;
  readonly value: () => Buffer;
}

function leafFor(file: PageFile, key: Buffer): Page {
  return descend(file, (page) => {
    // The first key of a page stands for everything below the second, whatever it says.
    const below = lastNotAbove(page.count - 1, (at) => Buffer.compare(internalKey(file, page, at + 1), key));
    return below + 1;
  });
}

function descend(file: PageFile, choose: (page: Page) => number): Page {
  let page = file.page(ROOT);
  for (let depth = 0; page.type === PageType.internal; depth++) {
    if (depth > file.pages || page.count === 0) throw damaged(file, page, "an internal page leads nowhere");
    page = file.page(file.u32(page, itemOffset(file, page, choose(page)) + 4));
  }
  return expectType(file, page, PageType.leaf);
}

/** Of positions in ascending order, the last whose item is not above the wanted one; -1 where all are. */
function lastNotAbove(count: number, compare: (index: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(middle) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function internalKey(file: PageFile, page: Page, index: number): Buffer {
  const offset = itemOffset(file, page, index);
  const isBig = (page.view.getUint8(offset + 8) & ItemFlag.bigKey) !== 0;
  return stored(file, page, { offset: offset + 9, size: file.u32(page, offset), isBig });
}

function leafItem(file: PageFile, page: Page, index: number): LeafItem {
  const offset = itemOffset(file, page, index);
  const [keySize, valueSize] = [file.u32(page, offset), file.u32(page, offset + 4)];
  const flags = page.view.getUint8(offset + 8);
  const start = offset + 9;
  return {
    key: stored(file, page, { offset: start, size: keySize, isBig: (flags & ItemFlag.bigKey) !== 0 }),
    value: () =>
      stored(file, page, {
        offset: start + keySize,
        size: valueSize,
        isBig: (flags & ItemFlag.bigValue) !== 0,
      }),
  };
}

interface Place {
  readonly offset: number;
  readonly size: number;
  readonly isBig: boolean;
}

/** The bytes at a place, or those that the reference there leads to. */
function stored(file: PageFile, page: Page, { offset, size, isBig }: Place): Buffer {
  if (!isBig) return page.bytes.subarray(offset, offset + size);
  if (size !== 8) throw damaged(file, page, `a reference of ${size} bytes; expected 8`);
  // Items are aligned, what stands in them is not: the bytes are read one by one in a copy.
  const reference = new DataView(Uint8Array.prototype.slice.call(page.bytes, offset, offset + 8).buffer);
  return overflow(file, file.u32({ view: reference }, 0), file.u32({ view: reference }, 4));
}

function overflow(file: PageFile, first: number, length: number): Buffer {
  const parts: Buffer[] = [];
  const room = file.pageSize - HEADER_SIZE;
  if (length > file.pages * room) throw new ByFileError(file.path, first, `${length} bytes cannot be there`);
  for (let left = length, number = first; left > 0; left -= room) {
    const page = pageOf(file, number, PageType.overflow);
    parts.push(page.bytes.subarray(HEADER_SIZE, HEADER_SIZE + Math.min(left, room)));
    number = page.right;
  }
  return Buffer.concat(parts);
}

function itemOffset(file: PageFile, page: Page, index: number): number {
  return file.u16(page, HEADER_SIZE + 2 * index);
}

/** Keys and values are C strings, with their NUL. */
function text(file: PageFile, page: Page, bytes: Buffer): string {
  if (bytes.length === 0 || bytes.indexOf(0) !== bytes.length - 1)
    throw damaged(file, page, "an entry does not end in its one NUL");
  return decodeText(bytes.subarray(0, -1));
}

function pageOf(file: PageFile, number: number, type: number): Page {
  return expectType(file, file.page(number), type);
}

function expectType(file: PageFile, page: Page, type: number): Page {
  if (page.type !== type)
    throw damaged(file, page, `a page of type ${type} was expected, found ${page.type}`);
  return page;
}

function damaged(file: PageFile, page: Page, reason: string): ByFileError {
  return new ByFileError(file.path, page.number, reason);
}
