import { programOf } from "../commands.ts";
import type { Bench } from "../harness/bench.ts";

/** All dependencies of a catalogue resolved. */
export const patterns: Bench = {
  name: "patterns",
  title: "Best match of every pattern in the catalogue among all its names",
  note: "The catalogue is plain text, and read too; pkgsrc's own matcher takes 1.1 s for a catalogue of this size.",
  async prepare(inputs) {
    const text = await inputs.summary("none");
    return {
      contenders: [
        { name: "pkg-pattern", command: [...programOf("match-patterns"), text], against: "reading alone" },
        { name: "reading alone", command: [...programOf("match-patterns"), text, "--read-only"] },
      ],
    };
  },
};
