import { dirname, resolve } from "node:path";
import { type BUDGET_OPTIONS, readBudgets } from "./budgets.ts";
import { type CheckedCommand, readConfig } from "./config.ts";
import { UsageError } from "./errors.ts";
import { readCount, readName, type Values } from "./options.ts";
import { readRunChoice, type RUN_OPTIONS } from "./targets.ts";

/** Options of `memprof check` that it alone has. */
export const CHECK_OPTIONS = {
  repeats: { type: "string", value: "N", help: "how often a command is run; the median counts (1)" },
  baseline: { type: "string", value: "FILE", help: "where baselines are kept (memprof.baseline.json)" },
  "update-baseline": { type: "boolean", help: "store what was measured, for later growth budgets" },
  config: { type: "string", value: "FILE", help: "commands and budgets (memprof.config.json)" },
  junit: { type: "string", value: "OUT", help: "the verdicts as tests, in JUnit's XML" },
  github: { type: "boolean", help: "what was exceeded as annotations of a GitHub workflow" },
} as const;

/** The values of all options of `memprof check`. */
export type CheckValues = Values<typeof CHECK_OPTIONS & typeof BUDGET_OPTIONS & typeof RUN_OPTIONS>;

/** What is checked, and where baselines are. */
export interface CheckPlan {
  readonly commands: Readonly<Record<string, CheckedCommand>>;
  readonly baseline: string;
}

const BASELINE = "memprof.baseline.json";

/**
 * Reads what is to be checked: the command after `--`, or the commands of the configuration.
 *
 * @param positionals the names of commands of the configuration; all of them where there are none
 * @param command what stands after `--`
 * @throws UsageError where the arguments make no sense
 * @throws ConfigError where the configuration does not
 */
export async function readCheckPlan(
  values: CheckValues,
  positionals: readonly string[],
  command: readonly string[],
): Promise<CheckPlan> {
  readRunChoice(values);
  if (command.length === 0) return planOfConfig(values, positionals);
  if (positionals.length > 0) {
    throw new UsageError(`names or a command were expected, found both: ${positionals.join(" ")}`);
  }
  const budgets = readBudgets(values);
  if (Object.keys(budgets).length === 0 && values["update-baseline"] !== true) {
    throw new UsageError("a budget was expected, such as --total 16MiB, found none");
  }
  const { metric, backend, fine } = values;
  const one = { command, metric, backend, fine, repeats: readCount("--repeats", values.repeats), budgets };
  return { commands: { [command.join(" ")]: one }, baseline: resolve(values.baseline ?? BASELINE) };
}

async function planOfConfig(values: CheckValues, positionals: readonly string[]): Promise<CheckPlan> {
  const asked = readBudgets(values);
  const repeats = readCount("--repeats", values.repeats);
  const config = await readConfig(values.config);
  const known = Object.keys(config.commands);
  const chosen = (positionals.length > 0 ? positionals : known).map((typed) => {
    const name = readName(config.path, typed, known);
    const one = config.commands[name] as CheckedCommand;
    const { metric = one.metric, backend = one.backend, fine = one.fine } = values;
    const budgets = { ...one.budgets, ...asked };
    return [name, { ...one, metric, backend, fine, repeats: repeats ?? one.repeats, budgets }] as const;
  });
  const fallback = resolve(dirname(config.path), config.baseline ?? BASELINE);
  const baseline = values.baseline === undefined ? fallback : resolve(values.baseline);
  return { commands: Object.fromEntries(chosen), baseline };
}
