import { readFile } from "node:fs/promises";
import type { Baseline } from "dtrace-tools";
import { ConfigError } from "./errors.ts";
import { save } from "./save.ts";

/** Baselines by the names of their commands. */
export type Baselines = Readonly<Record<string, Baseline>>;

/** Reads stored baselines; none where there is no file yet. @throws ConfigError where the file is something else */
export async function readBaselines(path: string): Promise<Baselines> {
  let stored: unknown;
  try {
    stored = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    throw wrong(path, message);
  }
  if (typeof stored !== "object" || stored === null) throw wrong(path, `found ${JSON.stringify(stored)}`);
  const bad = Object.entries(stored).find(([, one]) => !isBaseline(one));
  if (bad !== undefined) throw wrong(path, `found ${bad[0]}: ${JSON.stringify(bad[1])}`);
  return stored as Baselines;
}

/** Writes baselines, a file to be kept with the source. */
export async function writeBaselines(path: string, baselines: Baselines): Promise<void> {
  await save(path, [`${JSON.stringify(baselines, null, 2)}\n`]);
}

function isBaseline(value: unknown): value is Baseline {
  const { total, peak, spread } = (value ?? {}) as Partial<Record<keyof Baseline, unknown>>;
  return (
    typeof total === "number" && (typeof peak === "number" || peak === null) && typeof spread === "number"
  );
}

function wrong(path: string, found: string): ConfigError {
  return new ConfigError(`${path}: expected baselines, as check --update-baseline writes them; ${found}`);
}
