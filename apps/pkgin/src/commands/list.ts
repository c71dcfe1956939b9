import { availableLines } from "../catalogue/available-lines.ts";
import { inBucketOrder } from "../catalogue/bucket-order.ts";
import { type Sign, signOf } from "../catalogue/sign.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { localJson, remoteJson } from "../report/package-json.ts";
import { packageLine, signedLine } from "../report/package-line.ts";

const SIGNS: readonly string[] = ["=", "<", ">"] satisfies Sign[];

/** Lists what is installed, or with `-l` how what is available stands to it. */
export const list: Command = (context) => {
  const { db, options, output } = context;
  if (options.limit !== undefined) return listBySign(context, options.limit);
  const installed = db.localPackages();
  if (options.json) output.json(installed.map(localJson));
  else for (const entry of installed) output.out(packageLine(entry, options));
  if (installed.length === 0) output.err("Requested list is empty.\n");
  return 0;
};

/** Lists everything that is available. */
export const avail: Command = ({ db, options, output }) => {
  if (options.json) {
    output.json(db.remotePackages().map(remoteJson));
    return 0;
  }
  let lines = "";
  for (const entry of availableLines(db)) lines += packageLine(entry, options);
  output.out(lines);
  if (lines === "") output.err("Requested list is empty.\n");
  return 0;
};

function listBySign({ db, options, output }: Context, wanted: string): number {
  const installed = db.localPackages();
  const names = [...new Set(installed.map(({ name }) => name))];
  const found = inBucketOrder(names.flatMap((name) => db.remoteNamed(name)))
    .map((entry) => ({ entry, sign: signOf(db, entry) }))
    .filter(({ sign }) => sign === wanted && SIGNS.includes(wanted));
  if (options.json) output.json(found.map(({ entry, sign }) => ({ ...remoteJson(entry), sign })));
  else for (const { entry, sign } of found) output.out(signedLine(entry, sign, options));
  if (installed.length === 0) output.err("empty local package list.");
  return 0;
}
