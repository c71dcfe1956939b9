import { availableLines } from "../catalogue/available-lines.ts";
import { inBucketOrder } from "../catalogue/bucket-order.ts";
import { signOf } from "../catalogue/sign.ts";
import type { Command } from "../cli.ts";
import { packageLine, signedLine } from "../report/package-line.ts";

const SIGNS: ReadonlySet<string> = new Set(["=", "<", ">"]);

/** Lists what is installed, or with `-l` how what is available stands to it. */
export const list: Command = (context) => {
  const { db, options, output } = context;
  const installed = db.localPackages();
  if (options.limit !== undefined) return listBySign(context, options.limit);
  for (const entry of installed) output.out(packageLine(entry, options));
  if (installed.length === 0) output.err("Requested list is empty.\n");
  return 0;
};

/** Lists everything that is available. */
export const avail: Command = ({ db, options, output }) => {
  let lines = "";
  for (const entry of availableLines(db)) lines += packageLine(entry, options);
  output.out(lines);
  if (lines === "") output.err("Requested list is empty.\n");
  return 0;
};

function listBySign({ db, options, output }: Parameters<Command>[0], wanted: string): number {
  const installed = db.localPackages();
  if (installed.length === 0) {
    output.err("empty local package list.");
    return 0;
  }
  if (!SIGNS.has(wanted)) return 0;
  const names = [...new Set(installed.map(({ name }) => name))];
  const remote = names.flatMap((name) => db.remoteNamed(name));
  for (const entry of inBucketOrder(remote)) {
    const sign = signOf(db, entry);
    if (sign === wanted) output.out(signedLine(entry, sign, options));
  }
  return 0;
}
