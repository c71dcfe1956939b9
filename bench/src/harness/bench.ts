import type { Inputs } from "../inputs/inputs.ts";

/** One of the programs that a bench puts side by side. */
export interface Contender {
  readonly name: string;
  /** The program and its arguments; its output goes to nowhere. */
  readonly command: readonly string[];
  /** Variables that are added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Puts things back as the program expects them, before each run and outside the measurement. */
  readonly before?: () => void | Promise<void>;
  /** The name of the contender that this one is compared with, or several names for the slowest of those. Default: none. */
  readonly against?: string | readonly string[];
  /** In seconds, for programs that measure themselves: what is aimed at. Default: nothing. */
  readonly limit?: number;
}

/** What is measured of each run: time and peak memory, by how much the heap grew, or the milliseconds that the program prints. */
export type Quantity = "time" | "heap growth" | "own time";

/** A bench: some contenders that do the same, or that show how something grows. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  /** What a reader should know beside the numbers. */
  readonly note?: string;
  /** Default: time. */
  readonly quantity?: Quantity;
  /** Makes the inputs and starts the servers that the contenders need. */
  readonly prepare: (inputs: Inputs) => Promise<Prepared>;
}

/** A bench that is ready to be run. */
export interface Prepared {
  readonly contenders: readonly Contender[];
  /** Programs that would take part if they were on this machine. */
  readonly missing?: readonly string[];
  readonly close?: () => void | Promise<void>;
}
