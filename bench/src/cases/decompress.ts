import { machineTool } from "test-support";
import { commandOf, programOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";

/** bzip2 against the programs and libraries that there are for it. */
export const decompressBzip2: Bench = {
  name: "decompress",
  title: "Decompress the catalogue, bzip2",
  async prepare(inputs) {
    const file = await inputs.summary("bzip2");
    const against = "bzip2 -dc";
    const tools = toolContenders(["bzip2", "lbzip2"], file);
    const ours: Contender = {
      name: "bz2-record-stream",
      command: [...commandOf("bz2-record-stream"), "--text", file],
      against,
    };
    const libraries: Contender[] = [
      { name: "unbzip2-stream", command: [...programOf("unbzip2"), file], against },
      { name: "seek-bzip", command: [...commandOf("seek-bzip", "seek-bunzip"), file, "/dev/null"], against },
    ];
    const contenders = [ours, ...tools.contenders, ...libraries];
    return { contenders: contenders.map((one) => versus(one, against)), missing: tools.missing };
  },
};

/** The other compressions, each against its own program. */
export const decompressOthers: Bench = {
  name: "decompress-others",
  title: "Decompress the catalogue, gzip, zstd and xz",
  async prepare(inputs) {
    const contenders: Contender[] = [];
    const missing: string[] = [];
    for (const compression of ["gzip", "zstd", "xz"] as const) {
      const tool = machineTool(compression);
      if (tool === undefined) {
        missing.push(compression);
        continue;
      }
      const file = await inputs.summary(compression);
      const against = `${compression} -dc`;
      const command = [...commandOf("bz2-record-stream"), "--text", file];
      contenders.push({ name: `bz2-record-stream, ${compression}`, command, against });
      contenders.push({ name: against, command: [tool, "-dc", file] });
    }
    return { contenders, missing };
  },
};

function toolContenders(names: readonly string[], file: string) {
  const found = names.map((name) => ({ name, tool: machineTool(name) }));
  return {
    contenders: found.flatMap(({ name, tool }) =>
      tool === undefined ? [] : [{ name: `${name} -dc`, command: [tool, "-dc", file] }],
    ),
    missing: found.filter(({ tool }) => tool === undefined).map(({ name }) => name),
  };
}

function versus(contender: Contender, against: string): Contender {
  return contender.name === against ? contender : { ...contender, against };
}
