import { splitName } from "pkg-pattern";
import type { Context } from "../context.ts";
import { suggest } from "../report/suggest.ts";

/** Tells a person at a terminal which package was perhaps meant; scripts are spared, as they know what they asked for. */
export function suggestRemote(context: Pick<Context, "db" | "output">, wanted: string): void {
  tell(context.output, remoteHint(context, wanted));
}

/** As {@link suggestRemote}, of the packages that are installed. */
export function suggestInstalled({ db, output }: Pick<Context, "db" | "output">, wanted: string): void {
  const names = () => db.localPackages().map(({ name }) => name);
  tell(output, hintAmong(output, wanted, names));
}

/** What is told of a package that was perhaps meant; undefined where nobody would read it, or nothing is near enough. */
export function remoteHint(
  { db, output }: Pick<Context, "db" | "output">,
  wanted: string,
): string | undefined {
  return hintAmong(output, wanted, () => db.remoteNames());
}

function hintAmong(
  output: Context["output"],
  wanted: string,
  names: () => readonly string[],
): string | undefined {
  if (!output.errorIsTerminal) return undefined;
  const known = names();
  const { base, version } = splitName(wanted);
  const isVersioned = version !== undefined && /^\d/.test(version);
  const meant = suggest(wanted, known) ?? (isVersioned ? suggest(base, known) : undefined);
  return meant && `did you mean ${meant}?`;
}

function tell(output: Context["output"], hint: string | undefined): void {
  if (hint !== undefined) output.err(`${hint}\n`);
}
