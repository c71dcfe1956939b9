import type { Verb } from "./cli.ts";
import { FatalError } from "./fatal-error.ts";

/** @throws FatalError where a verb lacks its argument */
export function expectArgument({ argumentMissing }: Verb, args: readonly string[]): void {
  if (argumentMissing !== undefined && args.length === 0) throw new FatalError(argumentMissing);
}
