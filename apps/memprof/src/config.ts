import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BACKEND_NAMES, type Budgets, METRICS } from "dtrace-tools";
import { problemOfBudgets } from "./budgets.ts";
import { ConfigError } from "./errors.ts";

/** The name of the configuration file; `package.json` may have the same under its key `memprof`. */
export const CONFIG_FILE = "memprof.config.json";

/** A command that `memprof check` runs, and what it may use. */
export interface CheckedCommand {
  readonly command: readonly string[];
  /** `brk`, or what the tracer measures, unless told otherwise. */
  readonly metric?: string | undefined;
  /** The tracer; the best that works unless told otherwise. */
  readonly backend?: string | undefined;
  /** Page by page, as `--fine`. */
  readonly fine?: boolean | undefined;
  /** How often it is run; once unless told otherwise. */
  readonly repeats?: number | undefined;
  readonly budgets: Budgets;
}

/** The configuration. */
export interface Config {
  /** Where it was read. */
  readonly path: string;
  readonly commands: Readonly<Record<string, CheckedCommand>>;
  /** Where baselines are stored; `memprof.baseline.json` unless told otherwise. */
  readonly baseline?: string | undefined;
}

const BUDGETS: ReadonlySet<string> = new Set(["total", "peak", "calls", "frames", "growth"]);
const FIELDS: ReadonlySet<string> = new Set(["command", "metric", "backend", "fine", "repeats", "budgets"]);

/**
 * Reads the configuration: the file that is named, else memprof.config.json, else the key of package.json.
 *
 * @throws ConfigError where there is none, or a part of it makes no sense
 */
export async function readConfig(
  named: string | undefined,
  directory: string = process.cwd(),
): Promise<Config> {
  if (named !== undefined) return parse(named, await readJson(named));
  const path = join(directory, CONFIG_FILE);
  const own = await readJson(path, true);
  if (own !== undefined) return parse(path, own);
  const manifest = join(directory, "package.json");
  const key = ((await readJson(manifest, true)) as { memprof?: unknown } | undefined)?.memprof;
  if (key !== undefined) return parse(`${manifest}, memprof`, key);
  throw new ConfigError(
    `no ${CONFIG_FILE} here, and no key "memprof" in package.json; memprof init writes one`,
  );
}

async function readJson(path: string, mayLack = false): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (mayLack && code === "ENOENT") return undefined;
    throw new ConfigError(`${path}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}

function parse(path: string, value: unknown): Config {
  const config = object(value, path, "the configuration");
  const commands = object(config["commands"], path, "commands");
  for (const [name, command] of Object.entries(commands))
    checkCommand(object(command, path, name), path, name);
  const { baseline } = config;
  if (baseline !== undefined && typeof baseline !== "string")
    wrong(path, "baseline", "a file name", baseline);
  return { path, commands: commands as Config["commands"], baseline };
}

function checkCommand(one: Record<string, unknown>, path: string, name: string): void {
  unknownFields(one, FIELDS, `${path}: ${name}`);
  const { command, metric = "brk", backend, fine = false, repeats = 1 } = one;
  const good =
    Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === "string");
  if (!good) wrong(path, `${name}.command`, "a program and its arguments", command);
  if (!(METRICS as readonly unknown[]).includes(metric)) {
    wrong(path, `${name}.metric`, `one of ${METRICS.join(", ")}`, metric);
  }
  if (backend !== undefined && !(BACKEND_NAMES as readonly unknown[]).includes(backend)) {
    wrong(path, `${name}.backend`, `one of ${BACKEND_NAMES.join(", ")}`, backend);
  }
  if (typeof fine !== "boolean") wrong(path, `${name}.fine`, "true or false", fine);
  if (!Number.isSafeInteger(repeats) || (repeats as number) < 1) {
    wrong(path, `${name}.repeats`, "a whole number from 1", repeats);
  }
  const budgets = object(one["budgets"], path, `${name}.budgets`);
  unknownFields(budgets, BUDGETS, `${path}: ${name}.budgets`);
  const problem = problemOfBudgets(budgets);
  if (problem !== undefined) throw new ConfigError(`${path}: ${name}.budgets.${problem}`);
}

function unknownFields(value: Record<string, unknown>, known: ReadonlySet<string>, where: string): void {
  const surplus = Object.keys(value).find((field) => !known.has(field));
  if (surplus !== undefined) {
    throw new ConfigError(`${where}: expected ${[...known].join(", ")}, found ${JSON.stringify(surplus)}`);
  }
}

function object(value: unknown, path: string, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return wrong(path, what, "an object", value);
}

function wrong(path: string, what: string, expected: string, found: unknown): never {
  throw new ConfigError(
    `${path}: ${what}: expected ${expected}, found ${JSON.stringify(found) ?? "nothing"}`,
  );
}
