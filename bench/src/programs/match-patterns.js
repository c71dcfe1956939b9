/* Finds the best match of every DEPENDS and CONFLICTS pattern of a plain pkg_summary among its names. */
import { readFileSync } from "node:fs";
import { bestMatch, patternBases, splitName } from "pkg-pattern";

const [file, mode] = process.argv.slice(2);
const byBase = new Map();
const names = [];
const patterns = new Set();
for (const line of readFileSync(file, "latin1").split("\n")) {
  if (line.startsWith("PKGNAME=")) names.push(line.slice(8));
  else if (line.startsWith("DEPENDS=")) patterns.add(line.slice(8));
  else if (line.startsWith("CONFLICTS=")) patterns.add(line.slice(10));
}
if (mode !== "--read-only") {
  for (const name of names) {
    const { base } = splitName(name);
    const same = byBase.get(base);
    if (same === undefined) byBase.set(base, [name]);
    else same.push(name);
  }
  let found = 0;
  for (const pattern of patterns) {
    const bases = patternBases(pattern);
    const candidates = bases === undefined ? names : bases.flatMap((base) => byBase.get(base) ?? []);
    if (bestMatch(pattern, candidates) !== undefined) found += 1;
  }
  process.stdout.write(`${found} of ${patterns.size} patterns\n`);
}
