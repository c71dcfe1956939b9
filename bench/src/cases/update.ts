import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Compression, type LocalServer, machineTool } from "test-support";
import { commandOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";
import { run } from "../harness/measure.ts";
import type { Inputs } from "../inputs/inputs.ts";
import { serveSummary } from "../inputs/server.ts";

/** The whole update of an empty database, against decompressing alone. */
export const update: Bench = {
  name: "update",
  title: "pkgin update over loopback HTTP, empty database",
  note: "bzip2 -dc only decompresses the same catalogue.",
  async prepare(inputs) {
    const servers: LocalServer[] = [];
    const contenders: Contender[] = [];
    const formats: readonly Compression[] =
      machineTool("zstd") === undefined ? ["bzip2", "gzip"] : ["bzip2", "gzip", "zstd"];
    for (const compression of formats) {
      const server = await serveSummary(await inputs.summary(compression));
      servers.push(server);
      const name = `pkgin update, ${compression}`;
      contenders.push(freshUpdate(inputs, { name, url: server.url, against: "bzip2 -dc" }));
    }
    const bzip2 = machineTool("bzip2");
    if (bzip2 !== undefined)
      contenders.push({ name: "bzip2 -dc", command: [bzip2, "-dc", await inputs.summary("bzip2")] });
    return {
      contenders,
      missing: bzip2 === undefined ? ["bzip2"] : [],
      close: async () => void (await Promise.all(servers.map((server) => server.close()))),
    };
  },
};

/** What an update costs when there is a catalogue already. */
export const updateAgain: Bench = {
  name: "update-again",
  title: "pkgin update of a database that is there",
  async prepare(inputs) {
    const old = await inputs.summary("bzip2");
    const changed = await inputs.changedSummary("bzip2");
    const published = join(inputs.directory("published"), "pkg_summary.bz2");
    const publish = (summary: string) => {
      mkdirSync(dirname(published), { recursive: true });
      rmSync(published, { force: true });
      symlinkSync(summary, published);
    };
    const server = await serveSummary(published);
    const environment = { PKG_REPOS: server.url };
    const [filled, place] = [inputs.directory("filled"), inputs.directory("changed")];
    publish(old);
    await run("pkgin update", updateCommand(filled), environment);
    const against = "pkgin update, empty database";
    const fresh = freshUpdate(inputs, { name: against, url: server.url });
    const contenders: Contender[] = [
      {
        ...fresh,
        before: async () => {
          publish(old);
          await fresh.before?.();
        },
      },
      { name: "pkgin update, nothing new", command: updateCommand(filled), environment, against },
      {
        name: "pkgin update, 1 % changed",
        command: updateCommand(place),
        environment,
        before: () => {
          publish(changed);
          rmSync(place, { recursive: true, force: true });
          cpSync(filled, place, { recursive: true });
        },
        against,
      },
    ];
    return { contenders, close: () => server.close() };
  },
};

/** Whether memory stays the same however large the catalogue is. */
export const updateSizes: Bench = {
  name: "update-sizes",
  title: "pkgin update, empty database, catalogues of several sizes",
  note: "What counts is the peak memory; the time grows with the catalogue.",
  async prepare(inputs) {
    const servers: LocalServer[] = [];
    const contenders: Contender[] = [];
    for (const copies of [1, 4, 10]) {
      const server = await serveSummary(await inputs.summary("bzip2", copies));
      servers.push(server);
      const name = `pkgin update, ${copies}x`;
      contenders.push(
        freshUpdate(inputs, { name, url: server.url, ...(copies > 1 && { against: "pkgin update, 1x" }) }),
      );
    }
    return {
      contenders,
      close: async () => void (await Promise.all(servers.map((server) => server.close()))),
    };
  },
};

/** An update into an empty prefix. */
export function freshUpdate(
  inputs: Inputs,
  { name, url, against }: { readonly name: string; readonly url: string; readonly against?: string },
): Contender {
  const prefix = inputs.directory("fresh");
  return {
    name,
    command: updateCommand(prefix),
    environment: { PKG_REPOS: url },
    before: () => rmSync(prefix, { recursive: true, force: true }),
    ...(against !== undefined && { against }),
  };
}

function updateCommand(prefix: string): readonly string[] {
  return [...commandOf("pkgin"), "--prefix", prefix, "update"];
}
