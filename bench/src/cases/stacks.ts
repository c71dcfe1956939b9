import { filter, machineTool } from "test-support";
import { commandOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";
import { dtraceStacks } from "../inputs/dtrace-stacks.ts";

const STACKS = 200_000;

/** Folding, against perl counting the lines. */
export const foldStacks: Bench = {
  name: "fold",
  title: "Fold 188 MB of dtrace stacks, 200,000 of them distinct",
  note: "perl only counts equal lines, which is less than any folder in perl has to do.",
  async prepare(inputs) {
    const file = await inputs.file("stacks.txt", () => dtraceStacks(STACKS));
    const against = "perl, counting lines";
    const contenders: Contender[] = [
      { name: "dtrace-tools fold", command: [...commandOf("dtrace-tools"), "fold", file], against },
    ];
    const perl = machineTool("perl");
    if (perl !== undefined)
      contenders.push({ name: against, command: [perl, "-ne", "$n{$_}++ if /\\S/", file] });
    return { contenders, missing: perl === undefined ? ["perl"] : [] };
  },
};

/** The picture of as many stacks. */
export const flameGraph: Bench = {
  name: "flame-graph",
  title: "Draw a flame graph of 200,000 distinct folded stacks",
  async prepare(inputs) {
    const traced = await inputs.file("stacks.txt", () => dtraceStacks(STACKS));
    const folded = await inputs.file("stacks.folded", () => {
      const [node = "", ...args] = [...commandOf("dtrace-tools"), "fold", traced];
      return filter(node, args, []);
    });
    const command = [...commandOf("dtrace-tools"), "flamegraph", folded];
    return { contenders: [{ name: "dtrace-tools flamegraph", command }] };
  },
};
