/* Finds the owner of a path by way of the pkgdb.byfile.db of a PKG_DBDIR, and prints how long it took. */
import { ownerOf } from "pkg-install";

const [pkgdb, path] = process.argv.slice(2);
const started = performance.now();
const owner = ownerOf(pkgdb, path);
const milliseconds = performance.now() - started;
if (owner === undefined) throw new Error(`${path} has no owner`);
process.stdout.write(`${milliseconds}\n`);
