import type { Catalogue } from "summary-to-sqlite";
import type { Backend } from "./backend/backend.ts";
import type { Host } from "./config/host.ts";
import type { Locations } from "./config/locations.ts";
import type { Preferences } from "./config/preferred.ts";
import type { Options } from "./options.ts";
import type { Output } from "./report/output.ts";

/** What every verb works with. */
export interface Context {
  readonly options: Options;
  readonly locations: Locations;
  readonly host: Host;
  /** URLs, the most wanted first. */
  readonly repositories: readonly string[];
  readonly preferences: Preferences;
  readonly db: Catalogue;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Gets what installs packages, which is loaded when it is first asked for. */
  readonly backend: () => Promise<Backend>;
}
