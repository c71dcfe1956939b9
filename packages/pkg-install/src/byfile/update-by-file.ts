import { compareText } from "../text.ts";
import { PAGE_SIZE } from "./page-builder.ts";
import { HEADER_SIZE, type Page, type PageFile } from "./page-file.ts";
import { entriesOf, isSelfContained, keyOf, leaves, pathOf } from "./read-by-file.ts";
import { type Entry, type LeafPiece, sizeOnPage } from "./tree-writer.ts";

/** A path whose owner is another now, or has none. */
export type OwnerChange = readonly [path: string, owner: string | undefined];

/** Changes by their paths. */
type OwnerChanges = ReadonlyMap<OwnerChange[0], OwnerChange[1]>;

const ROOM = PAGE_SIZE - HEADER_SIZE;

/**
 * Makes the pieces of a database, of which there may be none yet, with some owners changed: leaves that have no part in it are
 * taken over as they are, so that a small change to a large database costs little.
 */
export function* changedPieces(file: PageFile | undefined, changes: OwnerChanges): Generator<LeafPiece> {
  const queue = new ChangeQueue(changes);
  if (file !== undefined) yield* changedLeaves(file, queue);
  yield* evenly(queue.rest(), totalSize(queue.rest()));
}

function* changedLeaves(file: PageFile, queue: ChangeQueue): Generator<LeafPiece> {
  let group: Entry[] = [];
  for (const [leaf, next] of withNext(leaves(file))) {
    const end = next?.count ? pathOf(file, next, 0) : undefined;
    const isChanged = leaf.count === 0 || group.length > 0 || queue.hasBelow(end);
    if (!isChanged && canBeTakenOver(file, leaf)) {
      yield { page: leaf.bytes, first: keyOf(file, leaf, 0), last: keyOf(file, leaf, leaf.count - 1) };
      continue;
    }
    for (const entry of queue.merge(entriesOf(file, leaf), end)) group.push(entry);
    const total = totalSize(group);
    // A page that is less than half full takes in the next one.
    if (next !== undefined && total < ROOM / 2) continue;
    yield* evenly(group, total);
    group = [];
  }
}

function canBeTakenOver(file: PageFile, leaf: Page): boolean {
  return file.pageSize === PAGE_SIZE && file.isLittleEndian && isSelfContained(file, leaf);
}

function totalSize(entries: Iterable<Entry>): number {
  let total = 0;
  for (const entry of entries) total += sizeOnPage(entry);
  return total;
}

/** Spreads entries over as few pages as they need, so that each has room for more to come. */
function* evenly(entries: Iterable<Entry>, total: number): Generator<LeafPiece> {
  const share = total / Math.ceil(total / ROOM);
  let filled = Infinity;
  for (const entry of entries) {
    const size = sizeOnPage(entry);
    const startsPage = filled >= share || filled + size > ROOM;
    filled = startsPage ? size : filled + size;
    yield { entry, startsPage };
  }
}

/** Changes in the order of their paths. */
class ChangeQueue {
  readonly #changes: OwnerChanges;
  readonly #paths: readonly string[];
  #next = 0;

  constructor(changes: OwnerChanges) {
    this.#changes = changes;
    this.#paths = [...changes.keys()].toSorted(compareText);
  }

  /** Whether there is a change of a path below this one; undefined is above all. */
  hasBelow(end: string | undefined): boolean {
    const path = this.#paths[this.#next];
    return path !== undefined && (end === undefined || compareText(path, end) < 0);
  }

  /** Takes all changes below a path into the entries that are below it. */
  *merge(entries: Iterable<Entry>, end: string | undefined): Generator<Entry> {
    for (const entry of entries) {
      yield* this.#takeBelow(entry[0]);
      if (this.#paths[this.#next] === entry[0]) yield* this.#entry(this.#next++);
      else yield entry;
    }
    yield* this.#takeBelow(end);
  }

  /** What is left, which stays there. */
  *rest(): Generator<Entry> {
    for (let place = this.#next; place < this.#paths.length; place++) yield* this.#entry(place);
  }

  *#takeBelow(end: string | undefined): Generator<Entry> {
    while (this.hasBelow(end)) yield* this.#entry(this.#next++);
  }

  /** What a change leaves: an entry, or none. */
  *#entry(place: number): Generator<Entry> {
    const path = this.#paths[place] ?? "";
    const owner = this.#changes.get(path);
    if (owner !== undefined) yield [path, owner];
  }
}

function* withNext<Value>(values: Iterable<Value>): Generator<[value: Value, next: Value | undefined]> {
  let waiting: { readonly value: Value } | undefined;
  for (const value of values) {
    if (waiting !== undefined) yield [waiting.value, value];
    waiting = { value };
  }
  if (waiting !== undefined) yield [waiting.value, undefined];
}
