import { spawnSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import { basename } from "node:path";
import { machineTool } from "test-support";
import { versionOf } from "../commands.ts";
import { mebibytes } from "./units.ts";

/** When and where a run was, and with what. */
export interface Machine {
  /** The day, as 2026-05-04. */
  readonly date: string;
  readonly processor: string;
  readonly processors: number;
  readonly memory: string;
  readonly system: string;
  /** Where the catalogue is from. */
  readonly summary: string;
  /** By the names of programs and libraries. */
  readonly versions: Readonly<Record<string, string>>;
}

const tools: readonly string[] = ["bzip2", "lbzip2", "gzip", "xz", "zstd", "curl", "tar", "perl", "strace"];
const libraries: readonly string[] = ["unbzip2-stream", "seek-bzip"];

/** Finds out about this machine. */
export function thisMachine(summary: string): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? "unknown processor",
    processors: availableParallelism(),
    memory: mebibytes(totalmem()),
    system: `${type()} ${release()}`,
    summary: summary === "generated" ? "generated" : basename(summary),
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(libraries.map((name) => [name, versionOf(name)])),
      ...Object.fromEntries(
        tools.flatMap((name) => (machineTool(name) === undefined ? [] : [[name, toolVersion(name)]])),
      ),
    },
  };
}

/** The first thing that looks like a version in what a program says of itself. */
function toolVersion(name: string): string {
  const { stdout, stderr } = spawnSync(name, ["--version"], { encoding: "utf8", input: "" });
  return /\d+(\.\d+)+\w*/.exec(`${stdout}${stderr}`)?.[0] ?? "of unknown version";
}
