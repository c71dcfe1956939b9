import { allInstalled } from "../catalogue/lookup.ts";
import type { Command } from "../cli.ts";
import { readInstallConfig } from "../config/install-config.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { auditWith } from "../integrity/audit-with.ts";
import { type CheckedList, vulnerabilityList } from "../integrity/vulnerability-list.ts";
import { weaknessLine } from "../report/weakness-line.ts";

/** Tells which installed packages have known weaknesses. */
export const audit: Command = async (context, args) => {
  const { db, options, output } = context;
  const config = readInstallConfig(context);
  const checked = await vulnerabilityList(context, config);
  const find = auditWith(checked.list, config);
  const installed = args.length === 0 ? db.localPackages() : args.flatMap((word) => named(context, word));
  const found = installed.flatMap(({ fullName }) => find(fullName).map((each) => ({ fullName, ...each })));
  if (options.json) output.json(found);
  for (const each of options.json ? [] : found) output.out(weaknessLine(each.fullName, each));
  output.err(`${found.length} found in ${installed.length} packages; ${provenance(checked)}\n`);
  return found.length > 0 ? 1 : 0;
};

function named({ db }: Context, word: string) {
  const found = allInstalled(db, word);
  if (found.length === 0) throw new FatalError(`no such installed package ${word}`);
  return found;
}

/** How far the list can be trusted. */
function provenance({ list, published, signer }: CheckedList): string {
  const date = published === undefined ? "" : ` of ${published.toISOString().slice(0, 10)}`;
  const digest = list.text.includes("\n#CHECKSUM ") ? "digest verified" : "without a digest";
  return `the list${date} has ${list.entries.length} entries, ${digest}, ${signer === undefined ? "signature not asked for" : `signed by ${signer}`}`;
}
