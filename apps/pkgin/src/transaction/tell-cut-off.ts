import type { Context } from "../context.ts";
import { readHistory } from "./history.ts";
import { isCutOff } from "./is-cut-off.ts";

/** Tells who only looks at what would be done that what a killed pkgin has left comes first. */
export async function tellCutOff({ locations, output }: Context): Promise<void> {
  const last = (await readHistory(locations.history)).at(-1);
  if (last === undefined || !(await isCutOff(locations, last))) return;
  const { command, began, isAtomic } = last;
  const what = isAtomic ? "taken back" : "settled";
  output.err(
    `pkgin: ${command.join(" ")} of ${began.toISOString()} was cut off; it is ${what} before anything else is changed\n`,
  );
}
