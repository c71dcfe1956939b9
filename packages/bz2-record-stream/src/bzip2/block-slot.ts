import type { DecoderMemory } from "./decoder-memory.ts";
import * as layout from "./layout.ts";
import { describeProblem } from "./problem.ts";

/** One block's part of the shared memory. */
export class BlockSlot {
  readonly #memory: DecoderMemory;
  readonly #address: number;
  #isAbandoned = false;

  constructor(memory: DecoderMemory, address: number) {
    this.#memory = memory;
    this.#address = address;
  }

  get status(): number {
    return Atomics.load(this.#memory.words, this.#statusIndex);
  }

  set status(status: number) {
    Atomics.store(this.#memory.words, this.#statusIndex, status);
  }

  /** Whether a block can be put in. */
  get isFree(): boolean {
    if (this.#isAbandoned && this.status === layout.DONE) this.status = layout.FREE;
    return this.status === layout.FREE;
  }

  /** 0 for a block that is whole and whose checksum, if its text has ended, is right. */
  get problem(): number {
    return this.#get(layout.SLOT_PROBLEM);
  }

  /** How many bits behind the start of the input the block ends. */
  get position(): number {
    return this.#get(layout.SLOT_POSITION);
  }

  /** The checksum that the block says it has. */
  get crc(): number {
    return this.#get(layout.SLOT_CRC);
  }

  /** Whether more of the text comes out when {@link BlockSlot.resume} is called. */
  get hasMore(): boolean {
    return this.#get(layout.SLOT_INDEX) < this.#get(layout.SLOT_LENGTH);
  }

  /**
   * Puts a block in, ready to be taken.
   *
   * @param input the bytes that have the block
   * @param startBit where it starts behind its mark, in bits from the start of the input
   * @param endBit where its input ends
   */
  put(input: Uint8Array, facts: { order: number; level: number; startBit: number; endBit: number }): void {
    this.#isAbandoned = false;
    this.#memory.bytes.set(input, this.#address + layout.SLOT_INPUT);
    this.#set(layout.SLOT_ORDER, facts.order);
    this.#set(layout.SLOT_START_BIT, facts.startBit);
    this.#set(layout.SLOT_END_BIT, facts.endBit);
    this.#set(layout.SLOT_ROOM, facts.level * 100_000);
    this.status = layout.READY;
  }

  /** Takes the block away from all others, if nobody has taken it. */
  take(): boolean {
    const { words } = this.#memory;
    return Atomics.compareExchange(words, this.#statusIndex, layout.READY, layout.TAKEN) === layout.READY;
  }

  /** Gives the block up, whose slot becomes free as soon as nobody works on it. */
  abandon(): void {
    this.#isAbandoned = true;
    if (this.take()) this.status = layout.FREE;
  }

  /** Decodes the block in the calling thread. */
  decode(): void {
    this.#memory.decoder.decode(this.#memory.lanes[0] as number, this.#address);
    this.status = layout.DONE;
  }

  /** Makes more of the text come out. */
  resume(): void {
    this.#memory.decoder.resume(this.#address);
  }

  /** The text that has come out; its memory is used again. */
  output(): Uint8Array {
    const start = this.#address + layout.SLOT_OUTPUT;
    return this.#memory.bytes.subarray(start, start + this.#get(layout.SLOT_FILLED));
  }

  /** Says in words what is wrong. */
  describe(): string {
    return describeProblem(this.problem, {
      detail: this.#get(layout.SLOT_DETAIL),
      room: this.#get(layout.SLOT_ROOM),
      expectedCrc: this.crc,
      foundCrc: ~this.#get(layout.SLOT_FOUND_CRC),
    });
  }

  get #statusIndex(): number {
    return (this.#address + layout.SLOT_STATUS) / 4;
  }

  #get(field: number): number {
    return this.#memory.view.getInt32(this.#address + field, true);
  }

  #set(field: number, value: number): void {
    this.#memory.view.setInt32(this.#address + field, value, true);
  }
}
