import type { Block, BlockScanner, Part } from "./block-scanner.ts";
import { BlockSlot } from "./block-slot.ts";
import { DecoderMemory } from "./decoder-memory.ts";
import { HelperThreads } from "./helper-threads.ts";
import { DONE, FREE, READY, TAKEN } from "./layout.ts";

/** Slots besides those that threads work on: one whose text is handed on, and one that waits. */
const SPARE_SLOTS = 2;
/** So many blocks that nobody has taken are waited for before one is decoded here. */
const WAITING_BLOCKS = 2;
/** So much text is decoded sooner than threads have started. */
const TEXT_WITHOUT_HELP = 1_000_000;

/** A part of the input, and the slot that its block is in. */
export interface Queued {
  readonly part: Part;
  readonly slot: BlockSlot | undefined;
}

/** The blocks in flight, in the order of the input: found, decoded by whoever is free, and handed on. */
export class BlockQueue {
  readonly #scanner: BlockScanner;
  readonly #slots: readonly BlockSlot[];
  readonly #threads: HelperThreads;
  #queue: Queued[] = [];
  #order = 0;
  #textFound = 0;

  /** @param helpers how many threads may help the calling one */
  constructor(scanner: BlockScanner, helpers: number) {
    this.#scanner = scanner;
    const memory = new DecoderMemory(helpers + 1, helpers + SPARE_SLOTS);
    this.#slots = memory.slots.map((address) => new BlockSlot(memory, address));
    this.#threads = new HelperThreads(memory);
  }

  /** Waits for the next part, and if that is a block, until it has been decoded. */
  async next(): Promise<Queued> {
    for (;;) {
      await this.#lookAhead();
      const first = this.#queue[0] as Queued;
      const { slot } = first;
      if (slot === undefined || slot.status === DONE) return first;
      if (!this.#decodeHere()) await this.#threads.wait(() => slot.status === DONE || this.#wantsHelp);
    }
  }

  /** Takes the next part out. */
  shift(): void {
    const first = this.#queue.shift();
    if (first?.slot !== undefined) first.slot.status = FREE;
    if (first?.part.kind === "block") this.#scanner.release(first.part.end);
  }

  /** Makes a block longer, which did not end where it seemed to, and forgets what came behind it. */
  extend(block: Block): void {
    this.#scanner.extend(block);
    this.#clear();
  }

  /** Takes a block out that has ended before it seemed to, and forgets what came behind it. @param end in bits */
  goOnAt(end: number, block: Block): void {
    this.#scanner.goOnAt(end, block);
    this.#clear();
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    await this.#threads.close();
  }

  /** Finds blocks until some are waiting, or there is no room or no input for more. */
  async #lookAhead(): Promise<void> {
    while (this.#queue.length === 0 || this.#waiting < WAITING_BLOCKS) {
      const slot = this.#slots.find((each) => each.isFree);
      if (slot === undefined) {
        if (this.#queue.length > 0) return;
        // Blocks that were forgotten are still being decoded.
        await this.#threads.wait(() => this.#slots.some((each) => each.isFree));
        continue;
      }
      if (this.#scanner.isExhausted) return;
      const part = this.#scanner.cut();
      if (part === undefined) await this.#scanner.read();
      else this.#add(part, slot);
      if (this.#textFound > TEXT_WITHOUT_HELP) await this.#threads.start();
    }
  }

  #add(part: Part, slot: BlockSlot): void {
    if (part.kind !== "block") {
      this.#queue.push({ part, slot: undefined });
      return;
    }
    const { level, start, end } = part;
    const before = 8 * Math.floor(start / 8);
    const place = { order: this.#order++, level, startBit: start - before, endBit: end - before };
    slot.put(this.#scanner.bytesOf(part), place);
    this.#queue.push({ part, slot });
    this.#threads.notify();
    this.#textFound += level * 100_000;
  }

  #clear(): void {
    for (const { slot } of this.#queue) slot?.abandon();
    this.#queue = [];
  }

  get #waiting(): number {
    return this.#queue.filter(({ slot }) => slot?.status === READY).length;
  }

  /** Whether there are more blocks waiting than threads that are about to take one. */
  get #wantsHelp(): boolean {
    const taken = this.#slots.filter(({ status }) => status === TAKEN).length;
    return this.#waiting > this.#threads.ready - taken;
  }

  /** Decodes the first block that nobody has taken, if there are too many of them. */
  #decodeHere(): boolean {
    if (!this.#wantsHelp) return false;
    for (const { slot } of this.#queue) {
      if (slot?.take() !== true) continue;
      slot.decode();
      return true;
    }
    return false;
  }
}
