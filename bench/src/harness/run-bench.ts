import type { Inputs } from "../inputs/inputs.ts";
import type { Bench, Contender, Quantity } from "./bench.ts";
import { measureHeapGrowth } from "./heap-growth.ts";
import { measure } from "./measure.ts";
import { median } from "./median.ts";

/** Runs of each contender, taken in turns so that what else goes on meets all of them alike. */
const ROUNDS = 5;

/** The name of the program that does nothing, which takes part in every bench. */
export const IDLE = "node -e 0";

/** What became of one contender. All numbers are medians. */
export interface Row {
  readonly name: string;
  readonly seconds?: number;
  /** In bytes. */
  readonly peak?: number;
  /** The peak beyond that of a Node that does nothing, in bytes. */
  readonly peakOverIdle?: number;
  /** By how many bytes the heap grew. */
  readonly growth?: number;
  /** The contender that it is compared with. */
  readonly against?: string;
  /** Time, or growth, relative to that one. */
  readonly ratio?: number;
  /** Peak memory relative to that one. */
  readonly peakRatio?: number;
  /** Why there are no numbers. */
  readonly failure?: string;
}

/** What became of a bench. */
export interface Result {
  readonly name: string;
  readonly title: string;
  readonly note?: string;
  readonly quantity: Quantity;
  readonly rounds: number;
  readonly missing: readonly string[];
  readonly rows: readonly Row[];
}

/** Runs all contenders of a bench in turns. One that fails is left out from then on, and says why. */
export async function runBench(bench: Bench, inputs: Inputs): Promise<Result> {
  const { name, title, note, quantity = "time" } = bench;
  const { contenders, missing = [], close } = await bench.prepare(inputs);
  const samples = new Map<string, Samples>();
  const all = [...contenders, { name: IDLE, command: [process.execPath, "-e", "0"] }];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const contender of all) {
        const taken = samples.get(contender.name) ?? { seconds: [], peaks: [], growths: [] };
        samples.set(contender.name, taken);
        await sample(contender, { quantity, scratch: inputs.scratch, taken });
      }
    }
  } finally {
    await close?.();
  }
  const rows = all.map((contender) => rowOf(contender, samples));
  return { name, title, ...(note !== undefined && { note }), quantity, rounds: ROUNDS, missing, rows };
}

interface Samples {
  readonly seconds: number[];
  readonly peaks: number[];
  readonly growths: number[];
  failure?: string;
}

interface SampleOptions {
  readonly quantity: Quantity;
  readonly scratch: string;
  readonly taken: Samples;
}

async function sample(contender: Contender, { quantity, scratch, taken }: SampleOptions): Promise<void> {
  if (taken.failure !== undefined) return;
  try {
    await contender.before?.();
    if (quantity === "heap growth") {
      taken.growths.push(await measureHeapGrowth(contender, scratch));
      return;
    }
    const { seconds, peak } = await measure(contender, scratch);
    taken.seconds.push(seconds);
    if (peak !== undefined) taken.peaks.push(peak);
  } catch (error) {
    taken.failure = (error as Error).message;
  }
}

function rowOf({ name, against }: Contender, samples: ReadonlyMap<string, Samples>): Row {
  const own = samples.get(name);
  if (own?.failure !== undefined) return { name, failure: own.failure };
  const [seconds, peak, growth] = medians(own);
  const [idleSeconds, idlePeak] = medians(samples.get(IDLE));
  const [otherSeconds, otherPeak, otherGrowth] = medians(samples.get(against ?? ""));
  const ratio = ratioOf(seconds, otherSeconds) ?? ratioOf(growth, otherGrowth);
  const peakRatio = ratioOf(peak, otherPeak);
  const isIdle = seconds === idleSeconds && name === IDLE;
  return {
    name,
    ...(seconds !== undefined && { seconds }),
    ...(peak !== undefined && { peak }),
    ...(peak !== undefined && idlePeak !== undefined && !isIdle && { peakOverIdle: peak - idlePeak }),
    ...(growth !== undefined && { growth }),
    ...(against !== undefined && ratio !== undefined && { against, ratio }),
    ...(peakRatio !== undefined && { peakRatio }),
  };
}

function medians(samples: Samples | undefined): readonly (number | undefined)[] {
  return [median(samples?.seconds), median(samples?.peaks), median(samples?.growths)];
}

function ratioOf(value: number | undefined, other: number | undefined): number | undefined {
  return value === undefined || other === undefined ? undefined : value / other;
}
