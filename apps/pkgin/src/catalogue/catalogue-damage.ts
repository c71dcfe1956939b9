import { FatalError } from "../fatal-error.ts";

/** What SQLite says of a file that is damaged; undefined for an error that means something else. */
export function damageIn(error: unknown): string | undefined {
  const { code, message, cause } = error as { code?: unknown; message?: string; cause?: unknown };
  if (typeof code !== "string") return undefined;
  if (code === "ERR_CATALOGUE_DAMAGED") return cause instanceof Error ? cause.message : message;
  return /^SQLITE_(?:CORRUPT|NOTADB)/.test(code) ? message : undefined;
}

/** Says what is to be done about a catalogue that turns out to be damaged; other errors are given back as they are. */
export function explainDamage(error: unknown, database: string): unknown {
  const damage = damageIn(error);
  if (damage === undefined) return error;
  return new FatalError(
    `${database} is damaged (${damage}); pkgin -y doctor puts it aside and makes it anew`,
    { cause: error },
  );
}
