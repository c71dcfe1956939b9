import { commandOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";
import { run } from "../harness/measure.ts";
import { IDLE } from "../harness/run-bench.ts";
import { installRecords } from "../inputs/installed.ts";
import { serveSummary } from "../inputs/server.ts";

/** As many packages as a large installation has. */
const INSTALLED = 2000;

/** What a person waits for at the prompt. */
export const queries: Bench = {
  name: "queries",
  title: "pkgin's queries of a full catalogue, with 2,000 packages installed",
  async prepare(inputs) {
    const summary = await inputs.summary("gzip");
    const server = await serveSummary(summary);
    const environment = { PKG_REPOS: server.url };
    const prefix = inputs.directory("queries");
    const names = await installRecords(await inputs.summary("none"), { prefix, count: INSTALLED });
    const pkgin = [...commandOf("pkgin"), "--prefix", prefix];
    await run("pkgin update", [...pkgin, "update"], environment);
    const query = (name: string, ...args: readonly string[]): Contender => ({
      name,
      command: [...pkgin, ...args],
      environment,
      against: IDLE,
    });
    return {
      contenders: [
        query("pkgin -v", "-v"),
        query("pkgin search", "search", "editor"),
        query("pkgin show-deps", "show-deps", names[0] ?? ""),
        query("pkgin avail", "avail"),
        query("pkgin list", "list"),
        query("pkgin -n upgrade", "-n", "upgrade"),
      ],
      close: () => server.close(),
    };
  },
};
