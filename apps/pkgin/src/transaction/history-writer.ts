import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import {
  type ChangeOutcome,
  type HistoryChange,
  type HistoryLine,
  type PlannedChange,
  readHistory,
  type TransactionStatus,
} from "./history.ts";
import { writing } from "../writing.ts";

/** A larger file is cut down to its last transactions before the next one, in bytes. */
const LARGEST = 4 * 1024 * 1024;

/** What a transaction is about to do. */
export interface PlannedTransaction {
  /** The verb and its arguments. */
  readonly command: readonly string[];
  readonly changes: readonly PlannedChange[];
  /** Where one change fails, or is cut off, all are taken back. */
  readonly isAtomic?: boolean;
  /** Full names of installed packages that it marks as wanted for themselves. */
  readonly keeping?: readonly string[];
}

/** What there is to know of how far a change has come. */
export type NotedFacts = Pick<HistoryChange, "reason" | "process">;

/** Notes how one transaction goes, each step on disk before the next begins. */
export class HistoryWriter {
  /** The number of the transaction. */
  readonly id: number;
  readonly #file: string;
  readonly #fd: number;

  private constructor(file: string, id: number) {
    this.#file = file;
    this.#fd = writing(file, () => openSync(file, "a", 0o644));
    this.id = id;
  }

  /** Notes that a transaction begins; only who holds the lock may do so. */
  static async begin(file: string, planned: PlannedTransaction): Promise<HistoryWriter> {
    const { command, changes, isAtomic = false, keeping = [] } = planned;
    shorten(file);
    const last = (await readHistory(file)).at(-1)?.id ?? 0;
    const writer = new HistoryWriter(file, last + 1);
    // A line that a power cut has left unfinished must not swallow this one.
    if (!endsInNewline(file)) writer.#append("\n");
    writer.#write({
      id: writer.id,
      began: new Date().toISOString(),
      command,
      changes,
      ...(isAtomic && { atomic: true }),
      ...(keeping.length > 0 && { keeping }),
    });
    return writer;
  }

  /** Goes on with one that was cut off. */
  static resume(file: string, id: number): HistoryWriter {
    return new HistoryWriter(file, id);
  }

  /** @param change its place in the list of changes */
  note(change: number, outcome: Exclude<ChangeOutcome, "pending">, facts: NotedFacts = {}): void {
    this.#write({ id: this.id, change, outcome, ...facts });
  }

  /** Notes that the transaction has ended; nothing can be noted any more. */
  end(status: Exclude<TransactionStatus, "running">): void {
    this.#write({ id: this.id, ended: new Date().toISOString(), status });
    closeSync(this.#fd);
  }

  #write(line: HistoryLine): void {
    this.#append(`${JSON.stringify(line)}\n`);
    fdatasyncSync(this.#fd);
  }

  #append(text: string): void {
    writing(this.#file, () => writeSync(this.#fd, text));
  }
}

function endsInNewline(file: string): boolean {
  const bytes = readFileSync(file);
  return bytes.length === 0 || bytes.at(-1) === 0x0a;
}

/** Keeps the later half of a file that has become too large, from the beginning of a transaction on. */
function shorten(file: string): void {
  if (!existsSync(file) || statSync(file).size <= LARGEST) return;
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.findIndex((line, index) => index > lines.length / 2 && line.includes('"began"'));
  if (start < 0) return;
  const beside = `${file}.new`;
  writeFileSync(beside, lines.slice(start).join("\n"));
  renameSync(beside, file);
}
