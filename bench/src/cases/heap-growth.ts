import { machineTool, type LocalServer } from "test-support";
import type { Bench, Contender } from "../harness/bench.ts";
import { serveSummary } from "../inputs/server.ts";
import { installsOfSizes } from "./install.ts";
import { freshUpdate } from "./update.ts";

/** By how much brk grows the heap of the two that were measured in the beginning: an update, and a large package. */
export const heapGrowth: Bench = {
  name: "heap-growth",
  title: "Growth of the heap by brk, all processes together",
  quantity: "heap growth",
  async prepare(inputs) {
    if (machineTool("strace") === undefined) return { contenders: [], missing: ["strace"] };
    const servers: LocalServer[] = [];
    const contenders: Contender[] = [];
    for (const compression of ["bzip2", "gzip"] as const) {
      const server = await serveSummary(await inputs.summary(compression));
      servers.push(server);
      contenders.push(freshUpdate(inputs, { name: `pkgin update, ${compression}`, url: server.url }));
    }
    contenders.push(...(await installsOfSizes(inputs)));
    return {
      contenders,
      close: async () => void (await Promise.all(servers.map((server) => server.close()))),
    };
  },
};
