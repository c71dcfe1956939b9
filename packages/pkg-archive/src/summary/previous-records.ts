import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { PackageError } from "../errors.ts";
import { readFileChunks } from "../read-file-chunks.ts";
import { compareNames } from "./package-names.ts";
import { readSummary, type SummaryEntry } from "./read-summary.ts";

/**
 * The records of the summary that is there already, for files that have not changed since. They are read along with the names of
 * the files, in the same order, so that only one of them is held.
 */
export class PreviousRecords {
  readonly #records: AsyncIterator<SummaryEntry>;
  /** When the summary was begun, in nanoseconds; undefined where none can be used. */
  readonly #time: bigint | undefined;
  #record: SummaryEntry | undefined;

  private constructor(records: AsyncIterator<SummaryEntry>, time: bigint | undefined) {
    this.#records = records;
    this.#time = time;
  }

  /**
   * Opens a summary. One that is damaged, which only its end tells, is of no use.
   *
   * @param path undefined where there is none
   * @param now in nanoseconds; a summary of the future says nothing about what is old
   */
  static async open(path: string | undefined, now: bigint): Promise<PreviousRecords> {
    const time = path === undefined ? now : (await stat(path, { bigint: true })).mtimeNs;
    if (path === undefined || time >= now || (await isDamaged(path)))
      return new PreviousRecords(nothing(), undefined);
    return new PreviousRecords(readSummary(readFileChunks(path)), time);
  }

  /**
   * The text of the record of a file, if the file has not changed since.
   *
   * @param name comes after all that have been asked for, in the order of names
   */
  async find(name: string, { size, ctimeNs }: BigIntStats): Promise<string | undefined> {
    if (this.#time === undefined || ctimeNs >= this.#time) return undefined;
    const record = await this.#seek(name);
    const isSame = record?.fileName === name && record.size === Number(size) && record.cksum !== undefined;
    return isSame ? record.text : undefined;
  }

  async close(): Promise<void> {
    await this.#records.return?.();
  }

  /** The first record that does not come before a name. */
  async #seek(name: string): Promise<SummaryEntry | undefined> {
    while (this.#record === undefined || compareNames(this.#record.fileName ?? "", name) < 0) {
      const { value, done } = await this.#records.next();
      if (done === true) return undefined;
      this.#record = value;
    }
    return this.#record;
  }
}

async function isDamaged(path: string): Promise<boolean> {
  try {
    for await (const _ of readSummary(readFileChunks(path)));
    return false;
  } catch (error) {
    if (error instanceof PackageError) return true;
    throw error;
  }
}

// oxlint-disable-next-line require-yield
async function* nothing(): AsyncGenerator<SummaryEntry> {}
