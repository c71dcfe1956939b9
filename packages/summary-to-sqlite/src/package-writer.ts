import { patternBase, splitName } from "pkg-pattern";
import type { Connection, SqlValue, Statement } from "./connection.ts";
import { RELATIONS, SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";

/** The variables of a record as in pkg_summary: each with its values, one for each line, in order. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** The most terms whose numbers are kept in memory; others are looked up. */
const MAX_TERMS = 20_000;
const MAX_SIZE = 2n ** 63n;

/** Writes packages with all that belongs to them. */
export class PackageWriter {
  readonly #insertPackage: Statement;
  readonly #insertDescription: Statement;
  readonly #insertRelation: Statement;
  readonly #insertTerm: Statement;
  readonly #findTerm: Statement;
  readonly #terms = new Map<string, number>();

  /** @param extra the columns that only this side's packages have */
  constructor(connection: Connection, side: "local" | "remote", extra: readonly string[]) {
    const columns = [
      "fullname",
      "name",
      "version",
      ...[...TEXT_COLUMNS, ...SIZE_COLUMNS].map(({ column }) => column),
      ...extra,
    ];
    const places = columns.map(() => "?").join(", ");
    this.#insertPackage = connection.prepare(
      `INSERT INTO ${side}_package (${columns.join(", ")}) VALUES (${places})`,
    );
    this.#insertDescription = connection.prepare(`INSERT INTO ${side}_description VALUES (?, ?)`);
    this.#insertRelation = connection.prepare(`INSERT INTO ${side}_relation VALUES (?, ?, ?, ?)`);
    this.#insertTerm = connection.prepare("INSERT INTO term (text, base) VALUES (?, ?)");
    this.#findTerm = connection.prepare("SELECT id FROM term WHERE text = ?").pluck();
  }

  /** Writes one package, and tells its number. */
  write(fields: Fields, extra: readonly SqlValue[]): number {
    const text = (variable: string) => fields.get(variable)?.at(-1) || null;
    const full = fullName(fields) ?? "";
    const { base, version } = splitName(full);
    const { lastInsertRowid } = this.#insertPackage.run(
      full,
      base,
      version ?? "",
      ...TEXT_COLUMNS.map(({ variable }) => text(variable)),
      ...SIZE_COLUMNS.map(({ variable }) => toSize(text(variable))),
      ...extra,
    );
    const id = Number(lastInsertRowid);
    const description = fields.get("DESCRIPTION");
    if (description !== undefined) this.#insertDescription.run(id, description.join("\n"));
    for (const [variable, kind] of Object.entries(RELATIONS)) {
      let position = 0;
      for (const value of fields.get(variable) ?? []) {
        if (value !== "") this.#insertRelation.run(id, kind, position++, this.#term(value));
      }
    }
    return id;
  }

  #term(text: string): number {
    const known = this.#terms.get(text) ?? (this.#findTerm.get(text) as number | undefined);
    const id = known ?? Number(this.#insertTerm.run(text, patternBase(text) ?? null).lastInsertRowid);
    if (this.#terms.size < MAX_TERMS) this.#terms.set(text, id);
    return id;
  }
}

/** The full name of a record; without a version it gets `-0.0`, as in pkgin. */
export function fullName(fields: Fields): string | undefined {
  const name = fields.get("PKGNAME")?.at(-1);
  if (!name) return undefined;
  return /-\d[^-]*$/.test(name) ? name : `${name}-0.0`;
}

/** Reads a number of bytes; what is no such number is as good as missing. */
function toSize(text: string | null): bigint | null {
  if (text === null || !/^\d+$/.test(text)) return null;
  const size = BigInt(text);
  return size < MAX_SIZE ? size : null;
}
