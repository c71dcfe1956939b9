import { inBucketOrder } from "../catalogue/bucket-order.ts";
import type { Command } from "../cli.ts";
import { remoteJson } from "../report/package-json.ts";
import { packageLine } from "../report/package-line.ts";
import { byteSorted } from "../report/plan-report.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";

/** Lists the remote packages of a category. */
export const showCategory: Command = ({ db, options, output }, [wanted = ""]) => {
  const found = inBucketOrder(db.remoteInCategory(wanted));
  if (options.json) output.json(found.map(remoteJson));
  else for (const entry of found) output.out(packageLine(entry, { parsable: false }));
  return 0;
};

/** Shows the categories of the versions of a remote package. */
export const showPackageCategory: Command = (context, [wanted = ""]) => {
  const { db, options, output } = context;
  const versions = db.remoteNamed(wanted);
  if (options.json) output.json(versions.map(remoteJson));
  if (versions.length === 0) {
    output.err(`${wanted} is not available in the repository\n`);
    suggestRemote(context, wanted);
    return 1;
  }
  for (const { categories, fullName } of options.json ? [] : versions) {
    output.out(`${(categories ?? "").padEnd(12)} - ${fullName}\n`);
  }
  return 0;
};

/** Lists every category that there is. */
export const showAllCategories: Command = ({ db, options, output }) => {
  const all = byteSorted(db.remoteCategories());
  if (options.json) output.json(all);
  if (all.length === 0) output.err("No categories found.\n");
  for (const category of options.json ? [] : all) output.out(`${category}\n`);
  return 0;
};
