import { LANE_WALKERS, LANE_NEXT, LANE_SEGMENT_LIST, LANE_SORTED, LANE_START } from "./layout";

/*
 * Undoes the block sorting. The sorted bytes are those which precede each rotation; the rotation that starts with such a
 * byte is found by counting: all smaller bytes, then the equal ones before. So the text comes out from its last byte to its
 * first, each step at a place that only the step before tells, and the processor does nothing but wait for its memory.
 *
 * Therefore the way is walked in several places at once. The places are marked, a walker goes from a mark to the next mark
 * that it meets (or to one of its own, when its piece of text has grown long), and in the end the pieces are put together in
 * the order in which they meet. Every place is on exactly one way, so all pieces together are as long as the block.
 */

const MARKED: u32 = 0x8000_0000;
const MARKS: u32 = 256;
/** A block has a mark for so many bytes at least. */
const BYTES_PER_MARK: u32 = 1024;
/** A piece of text is at most so long. */
const SEGMENT_SIZE: u32 = 512;

/** A walker: its place, the word there, where it writes its next byte, which piece that belongs to. */
const WALKERS: u32 = 4;
const WALKER_SIZE: usize = 16;
const PLACE: usize = 0;
const ENTRY: usize = 4;
const TARGET: usize = 8;
const SEGMENT: usize = 12;

let sorted: usize = 0;
let segments: usize = 0;
let list: usize = 0;
/** How many marks there are, and so the number of the first piece that starts elsewhere. */
let marks: u32 = 0;
let nextMark: u32 = 0;
let nextSegment: u32 = 0;

/**
 * Turns the sorted block into the text, which takes its place.
 *
 * @param pieces memory for the pieces: as much as the text, and a piece more for each mark
 */
export function unsort(lane: usize, length: u32, origin: u32, pieces: usize): void {
  sorted = lane + LANE_SORTED;
  segments = pieces;
  list = lane + LANE_SEGMENT_LIST;
  const starts = lane + LANE_START;
  const walkers = lane + LANE_WALKERS;
  countStarts(lane + LANE_NEXT, starts);
  markPlaces(length, origin);
  let live: u32 = 0;
  while (live < WALKERS && start(walkers + (live as usize) * WALKER_SIZE)) live += 1;
  while (live == WALKERS) {
    walkTogether(walkers, starts);
    live = settleAll(walkers);
  }
  for (let index: u32 = 0; index < live; index++) {
    const walker = walkers + (index as usize) * WALKER_SIZE;
    do walkAlone(walker, starts);
    while (settle(walker));
  }
  assemble(length);
}

/** Where the rotations start that begin with each byte. */
function countStarts(counts: usize, starts: usize): void {
  let total: u32 = 0;
  for (let byte: u32 = 0; byte < 256; byte++) {
    store<u32>(starts + byte * 4, total);
    total += load<u32>(counts + byte * 4) >>> 8;
  }
}

/** Marks the place of the text's end, and others that are spread evenly. */
function markPlaces(length: u32, origin: u32): void {
  const count = min<u32>(MARKS, length / BYTES_PER_MARK + 1);
  nextMark = 0;
  marks = 0;
  mark(origin, marks++);
  for (let index: u32 = 1; index < count; index++) {
    const place = (((length as u64) * index) / count) as u32;
    if (place != origin) mark(place, marks++);
  }
  nextSegment = marks;
}

/** Marks a place as the start of a piece; its word and the place are kept where the piece will be described. */
function mark(place: u32, segment: u32): void {
  const address = sorted + place * 4;
  store<u32>(list + segment * 8, load<u32>(address));
  store<u32>(list + segment * 8, place, 4);
  store<u32>(address, MARKED | segment);
}

/** Lets a walker start at the next mark, if there is one left. */
function start(walker: usize): bool {
  if (nextMark == marks) return false;
  open(walker, nextMark++);
  return true;
}

function open(walker: usize, segment: u32): void {
  store<u32>(walker, load<u32>(list + segment * 8), ENTRY);
  store<u32>(walker, load<u32>(list + segment * 8, 4), PLACE);
  store<u32>(walker, (segments + (segment + 1) * SEGMENT_SIZE - 1) as u32, TARGET);
  store<u32>(walker, segment, SEGMENT);
}

/** Settles all walkers; @returns how many go on, which are the first then. */
function settleAll(walkers: usize): u32 {
  let live: u32 = 0;
  for (let index: u32 = 0; index < WALKERS; index++) {
    const walker = walkers + (index as usize) * WALKER_SIZE;
    if (!settle(walker)) continue;
    memory.copy(walkers + (live as usize) * WALKER_SIZE, walker, WALKER_SIZE);
    live += 1;
  }
  return live;
}

/**
 * Lets a walker that has met a mark start at another, and one whose piece is full start a new piece where it is.
 *
 * @returns false where nothing is left for it to do
 */
function settle(walker: usize): bool {
  const entry = load<u32>(walker, ENTRY);
  const segment = load<u32>(walker, SEGMENT);
  const written = room(segment) + SEGMENT_SIZE - 1 - load<u32>(walker, TARGET);
  if (entry & MARKED) {
    close(segment, written, entry & ~MARKED);
    return start(walker);
  }
  if (written < SEGMENT_SIZE) return true;
  close(segment, written, nextSegment);
  mark(load<u32>(walker, PLACE), nextSegment);
  open(walker, nextSegment++);
  return true;
}

/** Where a piece's room starts. */
function room(segment: u32): u32 {
  return (segments as u32) + segment * SEGMENT_SIZE;
}

/** Describes a piece that has been written: its length, and which piece comes before it in the text. */
function close(segment: u32, size: u32, before: u32): void {
  store<u32>(list + segment * 8, size);
  store<u32>(list + segment * 8, before, 4);
}

/** Takes all walkers on until one of them meets a mark or has filled its piece. */
function walkTogether(walkers: usize, starts: usize): void {
  const words = sorted;
  let place0 = load<u32>(walkers, PLACE);
  let entry0 = load<u32>(walkers, ENTRY);
  let target0 = load<u32>(walkers, TARGET) as usize;
  let place1 = load<u32>(walkers, WALKER_SIZE + PLACE);
  let entry1 = load<u32>(walkers, WALKER_SIZE + ENTRY);
  let target1 = load<u32>(walkers, WALKER_SIZE + TARGET) as usize;
  let place2 = load<u32>(walkers, 2 * WALKER_SIZE + PLACE);
  let entry2 = load<u32>(walkers, 2 * WALKER_SIZE + ENTRY);
  let target2 = load<u32>(walkers, 2 * WALKER_SIZE + TARGET) as usize;
  let place3 = load<u32>(walkers, 3 * WALKER_SIZE + PLACE);
  let entry3 = load<u32>(walkers, 3 * WALKER_SIZE + ENTRY);
  let target3 = load<u32>(walkers, 3 * WALKER_SIZE + TARGET) as usize;
  let steps = min(
    min(left(walkers), left(walkers + WALKER_SIZE)),
    min(left(walkers + 2 * WALKER_SIZE), left(walkers + 3 * WALKER_SIZE)),
  );
  do {
    const byte0 = entry0 & 0xff;
    const byte1 = entry1 & 0xff;
    const byte2 = entry2 & 0xff;
    const byte3 = entry3 & 0xff;
    store<u8>(target0--, byte0);
    store<u8>(target1--, byte1);
    store<u8>(target2--, byte2);
    store<u8>(target3--, byte3);
    place0 = load<u32>(starts + byte0 * 4) + (entry0 >>> 8);
    place1 = load<u32>(starts + byte1 * 4) + (entry1 >>> 8);
    place2 = load<u32>(starts + byte2 * 4) + (entry2 >>> 8);
    place3 = load<u32>(starts + byte3 * 4) + (entry3 >>> 8);
    entry0 = load<u32>(words + place0 * 4);
    entry1 = load<u32>(words + place1 * 4);
    entry2 = load<u32>(words + place2 * 4);
    entry3 = load<u32>(words + place3 * 4);
  } while (--steps != 0 && ((entry0 | entry1 | entry2 | entry3) & MARKED) == 0);
  keep(walkers, place0, entry0, target0);
  keep(walkers + WALKER_SIZE, place1, entry1, target1);
  keep(walkers + 2 * WALKER_SIZE, place2, entry2, target2);
  keep(walkers + 3 * WALKER_SIZE, place3, entry3, target3);
}

/** Takes one walker on until it meets a mark or has filled its piece. */
function walkAlone(walker: usize, starts: usize): void {
  const words = sorted;
  let place = load<u32>(walker, PLACE);
  let entry = load<u32>(walker, ENTRY);
  let target = load<u32>(walker, TARGET) as usize;
  let steps = left(walker);
  do {
    const byte = entry & 0xff;
    store<u8>(target--, byte);
    place = load<u32>(starts + byte * 4) + (entry >>> 8);
    entry = load<u32>(words + place * 4);
  } while (--steps != 0 && (entry & MARKED) == 0);
  keep(walker, place, entry, target);
}

/** How many bytes a walker's piece has room for. */
function left(walker: usize): u32 {
  return load<u32>(walker, TARGET) + 1 - room(load<u32>(walker, SEGMENT));
}

function keep(walker: usize, place: u32, entry: u32, target: usize): void {
  store<u32>(walker, place, PLACE);
  store<u32>(walker, entry, ENTRY);
  store<u32>(walker, target as u32, TARGET);
}

/** Puts the pieces together, from the last to the first; a text that repeats itself goes round several times. */
function assemble(length: u32): void {
  let segment: u32 = 0;
  for (let end = length; end > 0;) {
    const size = min(load<u32>(list + segment * 8), end);
    end -= size;
    memory.copy(sorted + end, room(segment) + SEGMENT_SIZE - size, size);
    segment = load<u32>(list + segment * 8, 4);
  }
}
