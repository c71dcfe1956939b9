import type { LocalPackage } from "summary-to-sqlite";
import type { Incoming, Outgoing } from "../plan/plan.ts";
import type { PlannedChange } from "./history.ts";

/** What the history says of a package that comes in. */
export function incomingChange({ action, remote, installed, keep }: Incoming): PlannedChange {
  return {
    action,
    before: installed && stateOf(installed),
    after: { fullName: remote.fullName, keep },
  };
}

/** What the history says of a package that makes way for others. */
export function outgoingChange({ installed, causes }: Pick<Outgoing, "installed" | "causes">): PlannedChange {
  return { action: "remove", before: stateOf(installed), ...(causes.length > 0 && { causes }) };
}

function stateOf({ fullName, keep }: LocalPackage): { fullName: string; keep: boolean } {
  return { fullName, keep };
}
