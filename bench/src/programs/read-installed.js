/* Reads what the installed packages of a PKG_DBDIR say of others, and with --summary all of their summaries; prints how long it took. */
import { installedPackages } from "pkg-install";

const [pkgdb, mode] = process.argv.slice(2);
const started = performance.now();
for (const each of installedPackages(pkgdb)) {
  const { name, isAutomatic, dependencies, conflicts } = each;
  if (mode === "--summary" && each.summary === undefined) throw new Error("no summary");
  if ([name, isAutomatic, dependencies, conflicts].includes(undefined))
    throw new Error("something is missing");
}
process.stdout.write(`${performance.now() - started}\n`);
