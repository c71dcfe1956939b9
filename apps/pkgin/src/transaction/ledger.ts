import { redactUrl } from "fetch-to-fd";
import type { AddOptions, ChangeOptions, ChangeResult } from "../backend/backend.ts";
import type { Context } from "../context.ts";
import type { HistoryRecord, PackageState, PlannedChange, TransactionStatus } from "./history.ts";
import { HistoryWriter } from "./history-writer.ts";
import { Keepsakes } from "./keepsakes.ts";
import { isInstalled, type PutBack, putBack } from "./put-back.ts";
import { tell } from "./tell.ts";

/**
 * One transaction's changes: each is noted in the history before and after it is done, and what a failed one has taken away
 * is put back.
 */
export class Ledger {
  readonly keepsakes: Keepsakes;
  readonly writer: HistoryWriter;
  readonly changes: readonly PlannedChange[];
  readonly #context: Context;
  /** What could not be put back. */
  readonly #owed: Set<string> = new Set();

  private constructor(context: Context, changes: readonly PlannedChange[], writer: HistoryWriter) {
    this.#context = context;
    this.changes = changes;
    this.writer = writer;
    this.keepsakes = new Keepsakes(context);
  }

  /** Begins a transaction of these changes. */
  static async begin(context: Context, changes: readonly PlannedChange[]): Promise<Ledger> {
    const { locations } = context;
    // A URL to install from may have a password.
    const command = context.command.map(redactUrl);
    return new Ledger(context, changes, await HistoryWriter.begin(locations.history, { command, changes }));
  }

  /** Goes on with one that was cut off. */
  static resume(context: Context, { id, changes }: HistoryRecord): Ledger {
    return new Ledger(context, changes, HistoryWriter.resume(context.locations.history, id));
  }

  /** Removes a package. */
  async remove(change: PlannedChange, options: ChangeOptions): Promise<ChangeResult> {
    const backend = await this.#context.backend();
    const { fullName } = change.before ?? { fullName: "" };
    if (change.causes !== undefined) await this.keepsakes.take(fullName);
    return this.#do(change, options, (watched) => backend.delete(fullName, watched));
  }

  /** Installs a package, or puts it in the place of another version. */
  async add(change: PlannedChange, file: string, options: AddOptions): Promise<ChangeResult> {
    const backend = await this.#context.backend();
    const { before } = change;
    const isAtRisk = before !== undefined && !backend.replacesAtOnce;
    if (isAtRisk) await this.keepsakes.take(before.fullName);
    return this.#do(change, options, async (watched) => {
      const { failure } = await backend.add(file, watched);
      if (failure === undefined || !isAtRisk) return { failure };
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
    this.writer.note(change, done.isBack ? "restored" : "failed", { reason: done.words });
    return done.isBack;
  }

  /** Ends the transaction. */
  end(status: Exclude<TransactionStatus, "running">): void {
    const saved = this.changes.flatMap(({ before }) => before?.fullName ?? []);
    this.keepsakes.drop(saved.filter((fullName) => !this.#owed.has(fullName)));
    this.writer.end(status);
  }

  async #putBack(before: PackageState, options: ChangeOptions): Promise<PutBack | undefined> {
    const done = await putBack(this.#context, before, { keepsakes: this.keepsakes, options });
    if (done?.isBack === false) this.#owed.add(before.fullName);
    else this.#owed.delete(before.fullName);
    return done;
  }

  async #do<Options extends ChangeOptions>(
    change: PlannedChange,
    options: Options,
    act: (watched: Options) => Promise<ChangeResult & { isBack?: boolean }>,
  ): Promise<ChangeResult> {
    const index = this.changes.indexOf(change);
    this.writer.note(index, "begun");
    const onStart = (pid: number) => this.writer.note(index, "begun", { process: pid });
    const { failure, isBack } = await act({ ...options, onStart });
    if (failure === undefined) this.writer.note(index, "done");
    else this.writer.note(index, isBack === true ? "restored" : "failed", { reason: failure });
    return { failure };
  }
}
