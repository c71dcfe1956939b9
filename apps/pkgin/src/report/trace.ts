import { appendFileSync, writeFileSync } from "node:fs";
import { FatalError } from "../fatal-error.ts";
import type { Plan } from "../plan/plan.ts";
import { systemReason } from "../system-reason.ts";

/**
 * Makes the file of `-t`, or empties it.
 *
 * @throws FatalError where it cannot be written
 */
export function startTrace(path: string): void {
  try {
    writeFileSync(path, "");
  } catch (error) {
    throw new FatalError(`cannot write ${path}: ${systemReason(error)}`, { cause: error });
  }
}

/** Writes what a plan came to, and why, to the file of `-t`. */
export function tracePlan(path: string, { incoming, outgoing, unavailable }: Plan): void {
  const lines = [
    ...unavailable.map(({ argument, preferred }) => `unavailable ${argument} ${preferred ?? ""}`.trimEnd()),
    ...outgoing.map(({ installed, reason }) => `remove ${installed.fullName} (${reason})`),
    ...incoming.map(({ action, remote, installed, keep }) => {
      const from = installed === undefined ? "" : ` over ${installed.fullName}`;
      return `${action} ${remote.fullName}${from} from ${remote.repository} (${keep ? "kept" : "automatic"})`;
    }),
  ];
  appendFileSync(path, lines.map((line) => `${line}\n`).join(""));
}
