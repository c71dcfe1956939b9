import type { Options } from "./options.ts";
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

/** What is loaded when a verb is called. */
export interface VerbBody {
  readonly options: Options;
  run(context: VerbContext): Promise<Outcome>;
}

/** A verb. */
export interface Verb {
  readonly name: string;
  /** Its arguments, as usage shows them. */
  readonly usage: string;
  /** One line about it. */
  readonly help: string;
  load(): Promise<VerbBody>;
}
