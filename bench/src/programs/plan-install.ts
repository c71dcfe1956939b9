/* Plans the installation of packages from a catalogue; prints how long it took. */
import { openCatalogue } from "summary-to-sqlite";
import { readPreferences } from "../../../apps/pkgin/src/config/preferred.ts";
import { planInstall } from "../../../apps/pkgin/src/plan/plan-install.ts";
import { Resolver } from "../../../apps/pkgin/src/plan/resolver.ts";

const [catalogue = "", ...names] = process.argv.slice(2);
const db = await openCatalogue(catalogue);
const started = performance.now();
const { unavailable } = planInstall(new Resolver(db, readPreferences("/dev/null")), names);
const took = performance.now() - started;
if (unavailable.length > 0) throw new Error(`${unavailable[0]?.argument} is not there`);
process.stdout.write(`${took}\n`);
