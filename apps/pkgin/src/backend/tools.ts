import { fstatSync, readSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { records } from "bz2-record-stream";
import { installedPackages, setAutomatic } from "pkg-install";
import type { LocalInput } from "summary-to-sqlite";
import { FatalError } from "../fatal-error.ts";
import { writing } from "../writing.ts";
import type { AddOptions, Aspect, Backend, ChangeOptions, ChangeResult } from "./backend.ts";
import type { Tools } from "./find-tools.ts";
import { askTool, runTool, type ToolCall, type ToolOutput } from "./run-tool.ts";

const FLAG: Readonly<Record<Aspect, string>> = {
  files: "-L",
  description: "-d",
  "build definitions": "-B",
};

/** How much of what a tool said is looked at for its reason, in bytes. */
const LAST_WORDS = 16 * 1024;

/** How the tools are used. */
export interface ToolsSettings {
  /** PKG_DBDIR, as the tools have told it. */
  readonly pkgdb: string;
  /** The tools tell more of what they do. */
  readonly verbose: boolean;
}

/** The backend that has pkgsrc's pkg_add, pkg_delete, pkg_info and pkg_admin do the work. */
export class ToolsBackend implements Backend {
  readonly replacesAtOnce = false;
  readonly takesStreams = false;
  readonly #tools: Tools;
  readonly #pkgdb: string;
  readonly #verbose: string;

  constructor(tools: Tools, { pkgdb, verbose }: ToolsSettings) {
    this.#tools = tools;
    this.#pkgdb = pkgdb;
    this.#verbose = verbose ? "v" : "";
  }

  async installedPackages(): Promise<readonly LocalInput[]> {
    const found = await askTool(this.#tools, ["pkg_info", "-Xa"], async (output) => {
      const fields: LocalInput["fields"][] = [];
      for await (const batch of records(output)) fields.push(...batch.map((record) => record.fields()));
      return fields;
    });
    if (found === undefined)
      throw new FatalError("pkg_info -Xa failed; what was known of the installed packages stays as it was");
    const packages = installedPackages(this.#pkgdb);
    const automatic = new Set(packages.filter(({ isAutomatic }) => isAutomatic).map(({ name }) => name));
    return found.map((fields) => ({ fields, keep: !automatic.has(fields.get("PKGNAME")?.[0] ?? "") }));
  }

  async buildDate(file: string): Promise<string | undefined> {
    const answer = await askTool(this.#tools, ["pkg_info", "-Q", "BUILD_DATE", file], text);
    return answer?.split("\n", 1)[0] || undefined;
  }

  /** pkg_add reads pkg_install.conf itself. */
  async prepareToAdd(): Promise<void> {}

  add(file: string, { automatic, returns, ...options }: AddOptions): Promise<ChangeResult> {
    const flags = `-${automatic ? "A" : ""}DU${returns === true ? "f" : ""}${this.#verbose}`;
    return this.#change(["pkg_add", flags, file], options);
  }

  delete(fullName: string, options: ChangeOptions): Promise<ChangeResult> {
    return this.#change(["pkg_delete", "-f", fullName], options);
  }

  async describe(url: string, aspect: Aspect): Promise<string | undefined> {
    return askTool(this.#tools, ["pkg_info", FLAG[aspect], url], text);
  }

  rebuildTree({ stderr }: ChangeOptions): Promise<ChangeResult> {
    return this.#change(["pkg_admin", "rebuild-tree"], { stdout: "ignore", stderr });
  }

  async setAutomatic(fullName: string, automatic: boolean): Promise<void> {
    writing(join(this.#pkgdb, fullName), () => setAutomatic(this.#pkgdb, fullName, automatic));
  }

  async #change(call: ToolCall, { stdout, stderr, onStart }: ToolOutput): Promise<ChangeResult> {
    const before = this.#verbose === "" ? sizeOf(stderr) : undefined;
    const status = await runTool(this.#tools, call, { stdout, stderr, onStart });
    if (status === 0) return { failure: undefined };
    return { failure: ownWords(call[0], stderr, before) ?? `${call[0]} ended with ${status}` };
  }
}

/** How much a file holds so far; undefined for a terminal or pipe. */
function sizeOf(fd: number): number | undefined {
  const found = fstatSync(fd);
  return found.isFile() ? found.size : undefined;
}

/** What a tool gave as its reason: the first line that it has not called a warning. */
function ownWords(tool: string, fd: number, before: number | undefined): string | undefined {
  if (before === undefined) return undefined;
  const bytes = Buffer.alloc(LAST_WORDS);
  const said = bytes.toString("utf8", 0, readSync(fd, bytes, 0, bytes.length, before));
  const own = said.split("\n").filter((line) => line.startsWith(`${tool}: `) && !line.includes("Warning"));
  return own[0]?.slice(tool.length + 2);
}
