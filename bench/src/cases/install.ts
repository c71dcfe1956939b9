import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { machineTool, serveDirectory } from "test-support";
import { programOf } from "../commands.ts";
import type { Bench, Contender } from "../harness/bench.ts";
import type { Inputs } from "../inputs/inputs.ts";
import { largePackage } from "../inputs/large-package.ts";

const MANY = 20_000;
/** In MB. */
const SIZES = [10, 262, 1000] as const;
const TAR = "tar xzf";
const CURL = "curl -o";

export const installLarge: Bench = {
  name: "install-large",
  title: "Install a package of 262 MB, one file",
  ...installBench(1),
};

export const installMany: Bench = {
  name: "install-many",
  title: "Install a package of 262 MB, 20,000 files",
  ...installBench(MANY),
};

/** Whether memory stays the same however large a package is. */
export const installSizes: Bench = {
  name: "install-sizes",
  title: "Install packages of one file, several sizes",
  note: "What counts is the peak memory; the time grows with the size.",
  async prepare(inputs) {
    const [smallest, ...larger] = await installsOfSizes(inputs);
    if (smallest === undefined) return { contenders: [] };
    return { contenders: [smallest, ...larger.map((each) => ({ ...each, against: smallest.name }))] };
  },
};

/** Installations of packages of one file, from small to large. */
export async function installsOfSizes(inputs: Inputs): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (const megabytes of SIZES) {
    const archive = await largePackage(inputs, { megabytes });
    contenders.push(installing(inputs, `install of ${megabytes} MB`, { source: archive }));
  }
  return contenders;
}

function installBench(files: number): Pick<Bench, "note" | "prepare"> {
  return {
    note: "tar only unpacks; pkg-install also checks every file, brings it to disk, and can take all of it back.",
    async prepare(inputs) {
      const archive = await largePackage(inputs, { megabytes: 262, files });
      const server = await serveDirectory(dirname(archive));
      const url = `${server.url}/${basename(archive)}`;
      const clear = files === 1 ? empty : setAside;
      const contenders: Contender[] = [
        { ...installing(inputs, "pkg-install", { source: archive, clear }), against: TAR },
        {
          ...installing(inputs, "pkg-install, while it is downloaded", { source: url, clear }),
          against: [CURL, TAR],
        },
      ];
      const [tar, curl] = [machineTool("tar"), machineTool("curl")];
      const missing = ["tar", "curl"].filter((tool) => machineTool(tool) === undefined);
      if (tar !== undefined && curl !== undefined)
        contenders.push(...others(inputs, { tar, curl, archive, url, clear }));
      return { contenders, missing, close: () => server.close() };
    },
  };
}

interface Others {
  readonly tar: string;
  readonly curl: string;
  readonly archive: string;
  readonly url: string;
  readonly clear: Clearing;
}

/** What the machine's own tools do of the same. */
function others(inputs: Inputs, { tar, curl, archive, url, clear }: Others): readonly Contender[] {
  const target = inputs.directory("installed");
  const inTarget = (name: string, command: readonly string[]): Contender => ({
    name,
    command,
    before: () => clear(target),
  });
  const piped = inTarget(
    "curl | tar xzf",
    inShell('"$0" -s "$1" | "$2" xzf - -C "$3"', curl, url, tar, target),
  );
  const synced = inTarget(
    "tar xzf, then sync -f",
    inShell('"$0" xzf "$1" -C "$2" && sync -f "$2"', tar, archive, target),
  );
  return [
    inTarget(TAR, [tar, "xzf", archive, "-C", target]),
    inTarget(CURL, [curl, "-s", "-o", join(target, "archive"), url]),
    { ...piped, against: [CURL, TAR] },
    { ...synced, against: TAR },
  ];
}

function inShell(line: string, ...args: readonly string[]): readonly string[] {
  return ["sh", "-c", line, ...args];
}

function installing(
  inputs: Inputs,
  name: string,
  { source, clear = empty }: { readonly source: string; readonly clear?: Clearing },
): Contender {
  const target = inputs.directory("installed");
  return { name, command: [...programOf("install-package"), source, target], before: () => clear(target) };
}

/** Makes a directory empty before each run. */
type Clearing = (directory: string) => void;

function empty(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
}

/**
 * Leaves what earlier runs made for when the whole bench ends. For some minutes after many files were deleted, ext4 takes several
 * times as long to make others, since it passes over every inode that was freed lately; whatever is compared then looks alike.
 */
function setAside(directory: string): void {
  if (existsSync(directory)) renameSync(directory, mkdtempSync(`${directory}-before-`));
  mkdirSync(directory);
}
