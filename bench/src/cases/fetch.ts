import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { generateBytes, machineTool, serveDirectory } from "test-support";
import { commandOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";

const MB = 1_000_000;

/** A download against curl. */
export const fetchLarge: Bench = {
  name: "fetch",
  title: "Download 250 MB over loopback HTTP to a file",
  async prepare(inputs) {
    const source = await inputs.file("served/large", () => generateBytes(250 * MB));
    const server = await serveDirectory(dirname(source));
    const url = `${server.url}/large`;
    const target = inputs.directory("fetched");
    const before = () => rmSync(target, { force: true });
    const contenders: Contender[] = [
      {
        name: "fetch-to-fd",
        command: [...commandOf("fetch-to-fd"), "-q", "-o", target, url],
        before,
        against: "curl",
      },
    ];
    const curl = machineTool("curl");
    if (curl !== undefined)
      contenders.push({ name: "curl", command: [curl, "-s", "-o", target, url], before });
    return { contenders, missing: curl === undefined ? ["curl"] : [], close: () => server.close() };
  },
};

/** Whether memory stays the same however much is downloaded. */
export const fetchSizes: Bench = {
  name: "fetch-sizes",
  title: "Download over loopback HTTP to nowhere, several sizes",
  note: "What counts is the peak memory; the time grows with the size.",
  async prepare(inputs) {
    const sizes = [10, 250, 2000];
    for (const size of sizes) await inputs.zeros(`zeros/${size}`, size * MB);
    const server = await serveDirectory(inputs.directory("zeros"));
    const contenders = sizes.map((size) => ({
      name: nameOf(size),
      command: [...commandOf("fetch-to-fd"), "-q", `${server.url}/${size}`],
      ...(size !== sizes[0] && { against: nameOf(sizes[0] ?? 0) }),
    }));
    return { contenders, close: () => server.close() };
  },
};

function nameOf(size: number): string {
  return `fetch-to-fd, ${size} MB`;
}
