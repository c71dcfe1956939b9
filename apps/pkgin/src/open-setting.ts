import { accessSync, constants } from "node:fs";
import { thisHost } from "./config/host.ts";
import { findLocations } from "./config/locations.ts";
import { readSettings } from "./config/settings.ts";
import type { Setting } from "./context.ts";
import type { Options } from "./options.ts";
import { systemReason } from "./system-reason.ts";
import { FatalError } from "./fatal-error.ts";
import type { Output } from "./report/output.ts";

/** What a setting is made of. */
export interface SettingParts {
  /** The verb and its arguments. */
  readonly command: readonly string[];
  readonly options: Options;
  /** Long names of the options that the command line has. */
  readonly given: ReadonlySet<string>;
  readonly environment: NodeJS.ProcessEnv;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/**
 * Finds where everything is, and reads the configuration file; nothing is made or changed.
 *
 * @throws FatalError for a setting that cannot be, or a directory of `-c` that is not there
 */
export function openSetting({ given, ...parts }: SettingParts): Setting {
  const { options, environment } = parts;
  const locations = findLocations(options, environment);
  readSettings(options, {
    file: options.config ?? locations.settingsFile,
    isRequired: options.config !== undefined,
    given,
  });
  // Nothing may ask for it in this run; but who names one wants it to be used.
  if (options.keyring !== undefined) expectReadable(options.keyring);
  return { ...parts, locations, host: thisHost() };
}

/** @throws FatalError where a keyring cannot be read */
function expectReadable(keyring: string): void {
  try {
    accessSync(keyring, constants.R_OK);
  } catch (error) {
    throw new FatalError(`cannot read the keyring ${keyring}: ${systemReason(error)}`, { cause: error });
  }
}
