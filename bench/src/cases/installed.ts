import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeByFile } from "pkg-install";
import { programOf } from "../commands.ts";
import type { Bench } from "../harness/bench.ts";
import { installRecords } from "../inputs/installed.ts";

/** As many packages as a large installation has. */
const PACKAGES = 2000;
const FILES = 500_000;

/** What every command that asks for installed packages begins with. */
export const readInstalled: Bench = {
  name: "read-installed",
  title: "Read 2,000 installed packages",
  quantity: "own time",
  note: "The programs' own measurement, without the start of Node.",
  async prepare(inputs) {
    const prefix = inputs.directory("read-installed");
    await installRecords(await inputs.summary("none"), { prefix, count: PACKAGES });
    const read = [...programOf("read-installed"), join(prefix, "pkgdb")];
    return {
      contenders: [
        { name: "names, automatic flags, dependencies and conflicts", command: read, limit: 0.15 },
        { name: "summaries, too", command: [...read, "--summary"] },
      ],
    };
  },
};

/** The question behind every file conflict. */
export const findOwner: Bench = {
  name: "find-owner",
  title: "Find an owner among 500,000 files",
  quantity: "own time",
  note: "The program's own measurement, without the start of Node.",
  async prepare(inputs) {
    const pkgdb = inputs.directory("find-owner");
    mkdirSync(pkgdb);
    writeByFile(join(pkgdb, "pkgdb.byfile.db"), owners());
    const command = [...programOf("find-owner"), pkgdb, pathOf(FILES / 2)];
    return { contenders: [{ name: "pkg-install", command, limit: 0.005 }] };
  },
};

function* owners(): Generator<readonly [path: string, owner: string]> {
  for (let number = 0; number < FILES; number++) yield [pathOf(number), `package-${number % PACKAGES}-1.0`];
}

function pathOf(number: number): string {
  return `/usr/pkg/share/package-${number % PACKAGES}/files/${number}`;
}
