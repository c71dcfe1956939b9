import type { Context } from "../context.ts";

/**
 * Tells something on standard error, if that is still there: a terminal may have been closed, and what is being put right must
 * not end half done for that.
 */
export function tell({ output }: Pick<Context, "output">, message: string): void {
  try {
    output.err(`pkgin: ${message}\n`);
  } catch {
    // Nobody can hear it.
  }
}
