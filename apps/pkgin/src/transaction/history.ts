import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";

/*
 * The history is a file of lines, each a JSON object: one when a transaction begins, with all that is planned; one when
 * something of it changes; one when it has ended. What is not there is what did not happen, so that a transaction that was
 * cut off can be told from the file, and a line that was cut off is no line.
 */

/** A package as it was before a transaction, or is after it. */
export interface PackageState {
  readonly fullName: string;
  /** The user wants it for itself. */
  readonly keep: boolean;
}

/** `restored`: it failed, or others did, and what was there before is there again. */
export type ChangeOutcome = "pending" | "begun" | "done" | "failed" | "restored";

/** What a transaction does with one package. */
export interface HistoryChange {
  readonly action: "install" | "upgrade" | "refresh" | "remove";
  /** Undefined for what was not installed. */
  readonly before?: PackageState | undefined;
  /** Undefined for what is removed. */
  readonly after?: PackageState | undefined;
  /** Full names of what a removed package made way for. */
  readonly causes?: readonly string[] | undefined;
  readonly outcome: ChangeOutcome;
  /** Why it failed; or, of one that is done, why it could not be taken back with the others. */
  readonly reason?: string | undefined;
  /** The process of the tool that does it, as long as it is begun. */
  readonly process?: number | undefined;
}

/** `running` is also what was cut off, if nobody is at work. */
export type TransactionStatus = "running" | "done" | "failed" | "interrupted";

/** A transaction that was carried out, or is. */
export interface HistoryRecord {
  /** From 1 on, in the order in which they began. */
  readonly id: number;
  /** The verb and its arguments. */
  readonly command: readonly string[];
  readonly began: Date;
  readonly ended: Date | undefined;
  readonly status: TransactionStatus;
  /** In the order in which they are done. */
  readonly changes: readonly HistoryChange[];
  /** Where one change fails, or is cut off, all are taken back. */
  readonly isAtomic: boolean;
  /** Full names of installed packages that it marks as wanted for themselves, which they were not. */
  readonly keeping: readonly string[];
}

/** What a transaction is about to do with one package. */
export type PlannedChange = Omit<HistoryChange, "outcome" | "reason" | "process">;

/** One line of the file. */
export type HistoryLine =
  | {
      readonly id: number;
      readonly began: string;
      readonly command: readonly string[];
      readonly changes: readonly PlannedChange[];
      readonly atomic?: true | undefined;
      readonly keeping?: readonly string[] | undefined;
    }
  | {
      readonly id: number;
      readonly change: number;
      readonly outcome: ChangeOutcome;
      readonly reason?: string | undefined;
      readonly process?: number | undefined;
    }
  | {
      readonly id: number;
      readonly ended: string;
      readonly status: Exclude<TransactionStatus, "running">;
    };

/**
 * Reads which transactions there were, the oldest first; none where there is no such file.
 *
 * @param file as `Locations.history` names it
 */
export async function readHistory(file: string): Promise<readonly HistoryRecord[]> {
  if (!existsSync(file)) return [];
  const records = new Map<number, HistoryRecord>();
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const line = parseLine(text);
    if (line !== undefined) apply(records, line);
  }
  return [...records.values()];
}

function parseLine(text: string): HistoryLine | undefined {
  try {
    const line = JSON.parse(text) as HistoryLine | null;
    return typeof line?.id === "number" ? line : undefined;
  } catch {
    return undefined;
  }
}

function apply(records: Map<number, HistoryRecord>, line: HistoryLine): void {
  const { id } = line;
  const record = records.get(id);
  if ("began" in line) {
    const changes = line.changes.map((change) => ({ ...change, outcome: "pending" as const }));
    const { command, atomic = false, keeping = [] } = line;
    const facts = { id, command, began: new Date(line.began), isAtomic: atomic, keeping };
    records.set(id, { ...facts, ended: undefined, status: "running", changes });
  } else if (record !== undefined && "ended" in line) {
    records.set(id, { ...record, ended: new Date(line.ended), status: line.status });
  } else if (record !== undefined && "change" in line) {
    const changes = record.changes as HistoryChange[];
    const change = changes[line.change];
    const { outcome, reason, process } = line;
    if (change !== undefined) changes[line.change] = { ...change, outcome, reason, process };
  }
}
