import { DECODER_BINARY } from "./decoder-binary.ts";
import { LANE_SIZE, SLOT_SIZE, TABLES_SIZE } from "./layout.ts";
import { webAssembly } from "../web-assembly.ts";

const PAGE = 0x1_0000;

/** What the compiled decoder offers. */
export interface Decoder {
  /** Fills the tables; to be called once for a memory. */
  prepare(): void;
  /** Decodes the block in a slot with the memory of a lane. */
  decode(lane: number, slot: number): void;
  /** Puts more of a text that is longer than a slot's output into it. */
  resume(slot: number): void;
}

/** Memory that threads share, with a decoder in it for the calling thread. */
export class DecoderMemory {
  /** Compiled code, which threads share too. */
  readonly module: object;
  readonly memory: { readonly buffer: ArrayBufferLike };
  readonly decoder: Decoder;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly view: DataView;
  /** Where each thread's part starts; the first is the calling thread's. */
  readonly lanes: readonly number[];
  /** Where each block's part starts. */
  readonly slots: readonly number[];

  constructor(lanes: number, slots: number) {
    const size = TABLES_SIZE + lanes * LANE_SIZE + slots * SLOT_SIZE;
    // Pages that are not used take no memory, so all of it can be asked for at once.
    this.memory = new webAssembly.Memory({ initial: size / PAGE, maximum: size / PAGE, shared: true });
    this.module = new webAssembly.Module(Buffer.from(DECODER_BINARY, "base64"));
    const { exports } = new webAssembly.Instance(this.module, { env: { memory: this.memory } });
    this.decoder = exports as Decoder;
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    this.lanes = Array.from({ length: lanes }, (_, lane) => TABLES_SIZE + lane * LANE_SIZE);
    const start = TABLES_SIZE + lanes * LANE_SIZE;
    this.slots = Array.from({ length: slots }, (_, slot) => start + slot * SLOT_SIZE);
    this.decoder.prepare();
  }
}
