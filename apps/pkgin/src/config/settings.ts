import { readFileSync } from "node:fs";
import { optionNamed, optionRows } from "../command-line/option-table.ts";
import { BadValue } from "../command-line/values.ts";
import { FatalError } from "../fatal-error.ts";
import type { Options } from "../options.ts";
import { suggest } from "../report/suggest.ts";
import { systemReason } from "../system-reason.ts";

/** A configuration file, and what the command line has said already. */
export interface SettingsSource {
  readonly file: string;
  /** The user has named it, so it has to be there. */
  readonly isRequired: boolean;
  /** Long names of the options that the command line has; they go before the file's. */
  readonly given: ReadonlySet<string>;
}

/**
 * Reads settings into the options: lines `name=value`, with the long names of options; empty lines and those that begin with
 * `#` are skipped.
 *
 * @throws FatalError that names the file and line
 */
export function readSettings(options: Options, { file, isRequired, given }: SettingsSource): void {
  for (const [index, line] of readLines(file, isRequired).entries()) {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) continue;
    const equals = text.indexOf("=");
    const name = (equals < 0 ? text : text.slice(0, equals)).trim();
    const row = optionNamed(name);
    const where = `${file}:${index + 1}`;
    if (row?.isSetting !== true) throw new FatalError(`${where}: ${unknown(name)}`);
    if (given.has(name)) continue;
    try {
      row.set(options, equals < 0 ? "" : text.slice(equals + 1).trim());
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      throw new FatalError(`${where}: ${name}: ${error.message}`, { cause: error });
    }
  }
}

function unknown(name: string): string {
  const settings = optionRows.flatMap(([known, { isSetting }]) => (isSetting === true ? [known] : []));
  const meant = suggest(name, settings);
  const hint = meant === undefined ? `known are ${settings.join(", ")}` : `did you mean ${meant}?`;
  return `there is no setting ${JSON.stringify(name)}; ${hint}`;
}

function readLines(file: string, isRequired: boolean): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && !isRequired) return [];
    throw new FatalError(`cannot read ${file}: ${systemReason(error)}`, { cause: error });
  }
}
