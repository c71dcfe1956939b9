import type { Inputs } from "../inputs/inputs.ts";
import type { Bench, Contender, Quantity } from "./bench.ts";
import { measureHeapGrowth } from "./heap-growth.ts";
import { measure } from "./measure.ts";
import { median } from "./median.ts";
import { measureOwnTime } from "./own-time.ts";

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
  readonly against?: string | readonly string[];
  /** Time, or growth, relative to that one. */
  readonly ratio?: number;
  /** Peak memory relative to that one. */
  readonly peakRatio?: number;
  /** The seconds that are aimed at. */
  readonly limit?: number;
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
  const idle = { name: IDLE, command: [process.execPath, "-e", "0"] };
  const all = quantity === "own time" ? contenders : [...contenders, idle];
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
    if (quantity === "heap growth")
      return void taken.growths.push(await measureHeapGrowth(contender, scratch));
    if (quantity === "own time") return void taken.seconds.push(await measureOwnTime(contender));
    const { seconds, peak } = await measure(contender, scratch);
    taken.seconds.push(seconds);
    if (peak !== undefined) taken.peaks.push(peak);
  } catch (error) {
    taken.failure = (error as Error).message;
  }
}

function rowOf({ name, against, limit }: Contender, samples: ReadonlyMap<string, Samples>): Row {
  const own = samples.get(name);
  if (own?.failure !== undefined) return { name, failure: own.failure };
  const [seconds, peak, growth] = medians(own);
  const [idleSeconds, idlePeak] = medians(samples.get(IDLE));
  const [otherSeconds, otherPeak, otherGrowth] = slowest(against, samples);
  const ratio = ratioOf(seconds, otherSeconds) ?? ratioOf(growth, otherGrowth);
  const peakRatio = ratioOf(peak, otherPeak);
  const isIdle = seconds === idleSeconds && name === IDLE;
  return {
    name,
    ...(seconds !== undefined && { seconds }),
    ...(peak !== undefined && { peak }),
    ...(peak !== undefined && idlePeak !== undefined && !isIdle && { peakOverIdle: peak - idlePeak }),
    ...(growth !== undefined && { growth }),
    ...(limit !== undefined && { limit }),
    ...(against !== undefined && ratio !== undefined && { against, ratio }),
    ...(peakRatio !== undefined && { peakRatio }),
  };
}

/** The medians of the contender with this name, or of the slowest of several. */
function slowest(
  names: Contender["against"] = [],
  samples: ReadonlyMap<string, Samples>,
): readonly (number | undefined)[] {
  const all = [names].flat().map((name) => medians(samples.get(name)));
  return all.reduce((one, other) => ((one[0] ?? 0) >= (other[0] ?? 0) ? one : other), []);
}

function medians(samples: Samples | undefined): readonly (number | undefined)[] {
  return [median(samples?.seconds), median(samples?.peaks), median(samples?.growths)];
}

function ratioOf(value: number | undefined, other: number | undefined): number | undefined {
  return value === undefined || other === undefined ? undefined : value / other;
}
