import { rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { directoryHandler, generateBytes, machineTool, serveDirectory, serveHttps } from "test-support";
import { commandOf } from "../commands.ts";
import type { Bench, Prepared } from "../harness/bench.ts";

const MB = 1_000_000;
const SYNC_NOTE =
  "`fetch-to-fd -o` also brings the file to disk before it gets its name. The others leave that to the system, except where curl is followed by `sync`.";

/** A download against curl. */
export const fetchLarge: Bench = {
  name: "fetch",
  title: "Download 250 MB over loopback HTTP to a file",
  note: SYNC_NOTE,
  async prepare(inputs) {
    const source = await inputs.file("served/large", () => generateBytes(250 * MB));
    const server = await serveDirectory(dirname(source));
    const target = inputs.directory("fetched");
    return { ...againstCurl(`${server.url}/large`, { target }), close: () => server.close() };
  },
};

/** The same over TLS. */
export const fetchSecure: Bench = {
  name: "fetch-https",
  title: "Download 250 MB over loopback HTTPS to a file",
  note: SYNC_NOTE,
  async prepare(inputs) {
    const openssl = machineTool("openssl");
    if (openssl === undefined) return { contenders: [], missing: ["openssl"] };
    const source = await inputs.file("served/large", () => generateBytes(250 * MB));
    const server = await serveHttps({ openssl }, directoryHandler(dirname(source)));
    const certificate = inputs.directory("certificate");
    writeFileSync(certificate, server.certificate);
    const target = inputs.directory("fetched-https");
    return {
      ...againstCurl(`${server.url}/large`, {
        target,
        ours: ["-4", "--ca", certificate],
        curls: ["-4", "--cacert", certificate],
      }),
      close: () => server.close(),
    };
  },
};

interface Download {
  readonly target: string;
  /** More options of each. */
  readonly ours?: readonly string[];
  readonly curls?: readonly string[];
}

function againstCurl(url: string, { target, ours = [], curls = [] }: Download): Prepared {
  const before = () => rmSync(target, { force: true });
  const own = [...commandOf("fetch-to-fd"), "-q", ...ours, url];
  const plain = { name: "fetch-to-fd >", command: inShell('exec "$@" >"$0"', target, own), before };
  const synced = { name: "fetch-to-fd -o", command: [...own, "-o", target], before };
  const path = machineTool("curl");
  if (path === undefined) return { contenders: [plain, synced], missing: ["curl"] };
  const curl = { name: "curl -o", command: [path, "-s", ...curls, "-o", target, url], before };
  const syncing = inShell('"$@" && exec sync "$0"', target, curl.command);
  return {
    contenders: [
      { ...plain, against: curl.name },
      { ...synced, against: curl.name },
      curl,
      { ...curl, name: "curl -o, then sync", command: syncing, against: curl.name },
    ],
  };
}

/** @param line in which `$0` is the target and `$@` the command */
function inShell(line: string, target: string, command: readonly string[]): readonly string[] {
  return ["sh", "-c", line, target, ...command];
}

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
