import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openCatalogue } from "summary-to-sqlite";
import { readPreferences } from "../../../apps/pkgin/src/config/preferred.ts";
import { planInstall } from "../../../apps/pkgin/src/plan/plan-install.ts";
import { Resolver } from "../../../apps/pkgin/src/plan/resolver.ts";
import { commandOf } from "../commands.ts";
import type { Bench } from "../harness/bench.ts";
import { run } from "../harness/measure.ts";

const PACKAGES = 300;
/** It reads the planner's source, which pkgin does not export. */
const PROGRAM = fileURLToPath(new URL("../programs/plan-install.ts", import.meta.url));

/** What `pkgin install` does between the question and the answer. */
export const planning: Bench = {
  name: "planning",
  title: `Plan the installation of ${PACKAGES} packages`,
  quantity: "own time",
  note: "The program's own measurement, without the start of Node and the opening of the catalogue.",
  async prepare(inputs) {
    const catalogue = join(inputs.directory("planning"), "catalogue.db");
    mkdirSync(dirname(catalogue));
    const summary = await inputs.summary("none");
    await run("summary-to-sqlite", [...commandOf("summary-to-sqlite"), catalogue, summary]);
    const typed = [process.execPath, "--import", import.meta.resolve("tsx"), PROGRAM];
    const command = [...typed, catalogue, ...(await wishes(catalogue))];
    return { contenders: [{ name: "pkgin's planner", command, limit: 0.1 }] };
  },
};

/** The first names in a catalogue that together draw in enough packages. */
async function wishes(catalogue: string): Promise<readonly string[]> {
  const db = await openCatalogue(catalogue);
  const resolver = new Resolver(db, readPreferences("/dev/null"));
  const wished: string[] = [];
  const all = new Set<string>();
  for (const name of db.remoteNames()) {
    if (all.size >= PACKAGES) break;
    wished.push(name);
    for (const { remote } of planInstall(resolver, [name]).incoming) all.add(remote.name);
  }
  db.close();
  return wished;
}
