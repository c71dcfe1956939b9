import type { Worker } from "node:worker_threads";
import type { DecoderMemory } from "./decoder-memory.ts";
import { DONE, READY, SLOT_ORDER, STOP, TAKEN, WORK } from "./layout.ts";

/*
 * What a thread does: it takes the first block that is ready and decodes it, again and again, and waits when there is none.
 * It is started from text and not from a file, so that programs which bundle this package need not know of one.
 */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const { module, memory, lane, slots } = workerData;
const words = new Int32Array(memory.buffer);
const { decode } = new WebAssembly.Instance(module, { env: { memory } }).exports;

function takeFirst() {
  let first;
  for (const slot of slots) {
    if (Atomics.load(words, slot / 4) !== ${READY}) continue;
    if (first === undefined || words[(slot + ${SLOT_ORDER}) / 4] < words[(first + ${SLOT_ORDER}) / 4]) first = slot;
  }
  if (first === undefined) return undefined;
  return Atomics.compareExchange(words, first / 4, ${READY}, ${TAKEN}) === ${READY} ? first : takeFirst();
}

parentPort.postMessage("ready");
for (;;) {
  const work = Atomics.load(words, ${WORK / 4});
  if (Atomics.load(words, ${STOP / 4}) !== 0) break;
  const slot = takeFirst();
  if (slot === undefined) {
    Atomics.wait(words, ${WORK / 4}, work);
    continue;
  }
  decode(lane, slot);
  Atomics.store(words, slot / 4, ${DONE});
  parentPort.postMessage("done");
}
`;

/** A thread has next to nothing in its heap, and needs no room for more. */
const LITTLE = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

/** Threads that decode whatever blocks are ready, until they are stopped. */
export class HelperThreads {
  /** How many have started to work. */
  ready = 0;
  readonly #memory: DecoderMemory;
  readonly #workers: Worker[] = [];
  #isStarted = false;
  /** What has gone wrong with one of them. */
  #failure: unknown;
  #wake: () => void = () => {};

  constructor(memory: DecoderMemory) {
    this.#memory = memory;
    Atomics.store(memory.words, STOP / 4, 0);
  }

  /** Starts one for each lane but the first, if that has not been done; without effect where threads are not allowed. */
  async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { module, memory, lanes, slots } = this.#memory;
    if (lanes.length === 1) return;
    // Loaded only now, for the sake of small inputs.
    const { Worker: Thread } = await import("node:worker_threads");
    for (const lane of lanes.slice(1)) {
      let worker: Worker;
      try {
        const workerData = { module, memory, lane, slots };
        worker = new Thread(PROGRAM, { eval: true, execArgv: [], resourceLimits: LITTLE, workerData });
      } catch (error) {
        // Node's permission model forbids it: the calling thread does all the work.
        if ((error as NodeJS.ErrnoException).code === "ERR_ACCESS_DENIED") return;
        throw error;
      }
      worker.on("message", (message) => {
        if (message === "ready") this.ready += 1;
        this.#wake();
      });
      worker.on("error", (error) => {
        this.#failure ??= error;
        this.#wake();
      });
      // It must not keep the process alive when nobody asks for more text, as listeners would.
      worker.unref();
      this.#workers.push(worker);
    }
  }

  /** Tells the threads that a block is ready. */
  notify(): void {
    Atomics.add(this.#memory.words, WORK / 4, 1);
    Atomics.notify(this.#memory.words, WORK / 4, 1);
  }

  /**
   * Waits until a thread has started or finished a block.
   *
   * @param settled looks whether that has happened already
   * @throws what went wrong with a thread
   */
  async wait(settled: () => boolean): Promise<void> {
    for (const worker of this.#workers) worker.ref();
    try {
      while (!settled()) {
        if (this.#failure !== undefined) throw this.#failure;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      for (const worker of this.#workers) worker.unref();
    }
  }

  /** Lets the threads end when they have no block; they cannot be started again. */
  dismiss(): void {
    Atomics.store(this.#memory.words, STOP / 4, 1);
    Atomics.add(this.#memory.words, WORK / 4, 1);
    Atomics.notify(this.#memory.words, WORK / 4);
  }

  /** Ends the threads, whatever they do, and waits until they have ended. */
  async close(): Promise<void> {
    this.dismiss();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
