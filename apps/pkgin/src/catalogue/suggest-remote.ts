import { splitName } from "pkg-pattern";
import type { Context } from "../context.ts";
import { suggest } from "../report/suggest.ts";

/** Tells a person at a terminal which package was perhaps meant; scripts are spared, as they know what they asked for. */
export function suggestRemote({ db, output }: Pick<Context, "db" | "output">, wanted: string): void {
  suggestName(output, wanted, () => db.remoteNames());
}

/** As {@link suggestRemote}, of the packages that are installed. */
export function suggestInstalled({ db, output }: Pick<Context, "db" | "output">, wanted: string): void {
  suggestName(output, wanted, () => db.localPackages().map(({ name }) => name));
}

function suggestName(output: Context["output"], wanted: string, names: () => readonly string[]): void {
  if (!output.errorIsTerminal) return;
  const known = names();
  const { base, version } = splitName(wanted);
  const isVersioned = version !== undefined && /^\d/.test(version);
  const meant = suggest(wanted, known) ?? (isVersioned ? suggest(base, known) : undefined);
  if (meant !== undefined) output.err(`did you mean ${meant}?\n`);
}
