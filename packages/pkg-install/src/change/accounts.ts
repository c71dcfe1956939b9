import { readLines } from "../database/files.ts";

/** Finds the numbers of users and groups by name. */
export interface Accounts {
  readonly user: (name: string | undefined) => number | undefined;
  readonly group: (name: string | undefined) => number | undefined;
}

/** Reads the machine's users and groups, when the first is asked for; a name that is a number means that number. */
export function machineAccounts(): Accounts {
  const users = lazily(() => numbersByName("/etc/passwd"));
  const groups = lazily(() => numbersByName("/etc/group"));
  return { user: (name) => find(users, name), group: (name) => find(groups, name) };
}

function find(table: () => ReadonlyMap<string, number>, name: string | undefined): number | undefined {
  if (name === undefined || name === "") return undefined;
  return table().get(name) ?? (/^\d+$/.test(name) ? Number(name) : undefined);
}

function numbersByName(path: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of readLines(path)) {
    const [name = "", , number = ""] = line.split(":");
    if (/^\d+$/.test(number)) numbers.set(name, Number(number));
  }
  return numbers;
}

function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}
