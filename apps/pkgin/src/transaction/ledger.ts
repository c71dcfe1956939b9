import { redactUrl } from "fetch-to-fd";
import type { AddOptions, ChangeOptions, ChangeResult } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import {
  type ChangeOutcome,
  type HistoryRecord,
  type PackageState,
  type PlannedChange,
  type TransactionStatus,
} from "./history.ts";
import { HistoryWriter, type NotedFacts } from "./history-writer.ts";
import { Keepsakes } from "./keepsakes.ts";
import { isInstalled, type PutBack, putBack } from "./put-back.ts";
import { dropFile, dropSaved, removeUnused } from "./saved-packages.ts";
import { tell } from "./tell.ts";

/** What a transaction is going to do. */
export interface LedgerPlan {
  readonly changes: readonly PlannedChange[];
  /** Full names of installed packages that it marks as wanted for themselves. */
  readonly keeping: readonly string[];
  /** Bytes that its packages take, which must not be lacking for what is saved of the old ones. */
  readonly room: bigint;
}

/**
 * One transaction's changes: each is noted in the history before and after it is done, what it replaces is saved, and what a
 * failed one has taken away is put back.
 */
export class Ledger {
  readonly keepsakes: Keepsakes;
  readonly changes: readonly PlannedChange[];
  readonly keeping: readonly string[];
  readonly isAtomic: boolean;
  readonly #context: Context;
  readonly #writer: HistoryWriter;
  readonly #room: bigint;
  readonly #outcomes: ChangeOutcome[];
  /** What could not be put back. */
  readonly #owed: Set<string> = new Set();

  private constructor(
    context: Context,
    writer: HistoryWriter,
    facts: LedgerPlan & { readonly isAtomic: boolean; readonly outcomes: readonly ChangeOutcome[] },
  ) {
    this.#context = context;
    this.#writer = writer;
    this.changes = facts.changes;
    this.keeping = facts.keeping;
    this.isAtomic = facts.isAtomic;
    this.#room = facts.room;
    this.#outcomes = [...facts.outcomes];
    this.keepsakes = new Keepsakes(context, writer.id);
  }

  /** Begins a transaction. */
  static async begin(context: Context, { changes, keeping, room }: LedgerPlan): Promise<Ledger> {
    const { locations, options } = context;
    // A URL to install from may have a password.
    const command = context.command.map(redactUrl);
    const isAtomic = options.atomic;
    const writer = await HistoryWriter.begin(locations.history, { command, changes, keeping, isAtomic });
    const outcomes = changes.map(() => "pending" as const);
    return new Ledger(context, writer, { changes, keeping, isAtomic, room, outcomes });
  }

  /** Goes on with one that was cut off. */
  static resume(context: Context, record: HistoryRecord): Ledger {
    const writer = HistoryWriter.resume(context.locations.history, record.id);
    const outcomes = record.changes.map(({ outcome }) => outcome);
    return new Ledger(context, writer, { ...record, room: 0n, outcomes });
  }

  /** How far a change has come, by its place in the list. */
  outcomeOf(change: number): ChangeOutcome {
    return this.#outcomes[change] ?? "pending";
  }

  /** Notes how far a change has come. */
  note(change: number, outcome: Exclude<ChangeOutcome, "pending">, facts?: NotedFacts): void {
    this.#outcomes[change] = outcome;
    this.#writer.note(change, outcome, facts);
  }

  /** Removes a package. */
  async remove(change: PlannedChange, options: ChangeOptions): Promise<ChangeResult> {
    const backend = await this.#context.backend();
    const { fullName } = change.before ?? { fullName: "" };
    const isAtRisk = change.causes !== undefined;
    const refusal = isAtRisk || this.isAtomic ? await this.#save(fullName, true) : undefined;
    return this.#do(change, options, async (watched) =>
      refusal === undefined ? backend.delete(fullName, watched) : { failure: refusal },
    );
  }

  /** Installs a package, or puts it in the place of another version. */
  async add(change: PlannedChange, file: string, options: AddOptions): Promise<ChangeResult> {
    const backend = await this.#context.backend();
    const { before } = change;
    const isAtRisk = before !== undefined && !backend.replacesAtOnce;
    const refusal = before && (await this.#save(before.fullName, isAtRisk || this.isAtomic));
    return this.#do(change, options, async (watched) => {
      if (refusal !== undefined) return { failure: refusal };
      const { failure } = await backend.add(file, watched);
      if (failure === undefined || !isAtRisk || this.isAtomic) return { failure };
      const done = await this.#putBack(before, options);
      return done === undefined ? { failure } : { failure: `${failure}; ${done.words}`, isBack: done.isBack };
    });
  }

  /** Puts back what was removed for the sake of others of which none has come. */
  async reviseRemovals(options: ChangeOptions): Promise<void> {
    for (const [index, { before, causes }] of this.changes.entries()) {
      const isInVain = causes !== undefined && !causes.some((name) => isInstalled(this.#context, name));
      if (before !== undefined && isInVain) await this.putBack(index, before, options);
    }
  }

  /** Puts a package back that a change has taken away, and tells so. @returns true where it was gone and is there again */
  async putBack(change: number, before: PackageState, options: ChangeOptions): Promise<boolean> {
    const done = await this.#putBack(before, options);
    if (done === undefined) return false;
    tell(this.#context, done.words);
    this.note(change, done.isBack ? "restored" : "failed", { reason: done.words });
    return done.isBack;
  }

  /** Notes that a package which could not be put back is saved for the user to do so. */
  owe(fullName: string): void {
    this.#owed.add(fullName);
  }

  /** Ends the transaction; what it has saved stays for `undo`, and what earlier ones have saved goes. */
  async end(status: Exclude<TransactionStatus, "running">): Promise<void> {
    const { locations } = this.#context;
    const { id } = this.#writer;
    this.changes.forEach((change, index) => this.#dropNeedless(change, this.outcomeOf(index)));
    removeUnused(locations, id);
    if (this.#outcomes.includes("done")) await dropSaved(locations, (other) => other !== id);
    this.#writer.end(status);
  }

  /** What was removed because the user wanted it gone is not kept. */
  #dropNeedless({ before, after, causes }: PlannedChange, outcome: ChangeOutcome): void {
    if (before === undefined || this.#owed.has(before.fullName)) return;
    const isWanted = outcome === "done" && (after !== undefined || causes !== undefined);
    if (isWanted && !this.#context.options.noCache) return;
    const file = this.keepsakes.fileOf(before.fullName);
    if (file !== undefined) dropFile(this.#context.locations, file);
  }

  /** Saves what is about to go. @returns why it must not go */
  async #save(fullName: string, isNeeded: boolean): Promise<string | undefined> {
    if (!isNeeded && this.#context.options.noCache) return undefined;
    const isSaved = await this.keepsakes.take(fullName, isNeeded ? 0n : this.#room);
    if (isSaved || !this.isAtomic) return undefined;
    return `${fullName} could not be saved before, so it stays; pkgin verify ${fullName} tells whether files are missing, df whether there is room for it`;
  }

  async #putBack(before: PackageState, options: ChangeOptions): Promise<PutBack | undefined> {
    const done = await putBack(this.#context, before, { keepsakes: this.keepsakes, options });
    if (done?.isBack === false) this.owe(before.fullName);
    else this.#owed.delete(before.fullName);
    return done;
  }

  async #do<Options extends ChangeOptions>(
    change: PlannedChange,
    options: Options,
    act: (watched: Options) => Promise<ChangeResult & { isBack?: boolean }>,
  ): Promise<ChangeResult> {
    const index = this.changes.indexOf(change);
    this.note(index, "begun");
    const onStart = (pid: number) => this.note(index, "begun", { process: pid });
    const { failure, isBack } = await act({ ...options, onStart });
    if (failure === undefined) this.note(index, "done");
    else this.note(index, isBack === true ? "restored" : "failed", { reason: failure });
    return { failure };
  }
}
