import type { Report } from "./report/report.ts";

/** What a verb is given. */
export interface VerbContext {
  /** Its arguments, without its name. */
  readonly args: readonly string[];
  readonly report: Report;
}

/** How the process ends: with a status, or by the signal that ended the command. */
export interface Outcome {
  readonly status: number;
  readonly signal?: NodeJS.Signals | undefined;
}

/** A verb, loaded when it is called. */
export interface Verb {
  readonly name: string;
  /** Its arguments, as usage shows them. */
  readonly usage: string;
  /** One line about it. */
  readonly help: string;
  /** Lines about its options. */
  readonly options: readonly string[];
  run(context: VerbContext): Promise<Outcome>;
}
