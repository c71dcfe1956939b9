import type { Catalogue } from "summary-to-sqlite";
import type { Backend } from "./backend/backend.ts";
import type { Tools } from "./backend/find-tools.ts";
import type { Host } from "./config/host.ts";
import type { Mirrors } from "./config/mirrors.ts";
import type { Locations } from "./config/locations.ts";
import type { Preferences } from "./config/preferred.ts";
import type { Integrity } from "./integrity/integrity.ts";
import type { Options } from "./options.ts";
import type { Output } from "./report/output.ts";

/** What every verb works with, also where nothing is set up yet. */
export interface Setting {
  /** The verb and its arguments. */
  readonly command: readonly string[];
  /** Of the command line and the configuration file. */
  readonly options: Options;
  readonly environment: NodeJS.ProcessEnv;
  readonly locations: Locations;
  readonly host: Host;
  readonly output: Output;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** What a verb works with that needs to know packages. */
export interface Context extends Setting {
  /** pkgsrc's programs, where they do the work. */
  readonly tools: Tools | undefined;
  /** URLs, the most wanted first. */
  readonly repositories: readonly string[];
  readonly mirrors: Mirrors;
  readonly preferences: Preferences;
  readonly db: Catalogue;
  /** What packages are held to before they are installed. */
  readonly integrity: Integrity;
  /** Gets what installs packages, which is loaded when it is first asked for. */
  readonly backend: () => Promise<Backend>;
}
