import type { Catalogue } from "summary-to-sqlite";
import type { Host } from "./config/host.ts";
import type { Locations } from "./config/locations.ts";
import type { Preferences } from "./config/preferred.ts";
import type { Options } from "./options.ts";
import type { Output } from "./report/output.ts";

/** What every verb works with. */
export interface Context {
  readonly options: Options;
  readonly environment: NodeJS.ProcessEnv;
  readonly locations: Locations;
  readonly host: Host;
  /** URLs, the most wanted first. */
  readonly repositories: readonly string[];
  readonly preferences: Preferences;
  readonly db: Catalogue;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}
