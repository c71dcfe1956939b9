import type { Connection, SqlValue, Statement } from "./connection.ts";
import { LIST_COLUMNS, SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";
import type { PackageRecord } from "./package-record.ts";
import { encodeText, isEscaped } from "./text.ts";

/** Writes packages, each as a row of `<side>_package` and one of `<side>_detail`. */
export class PackageWriter {
  readonly #insertPackage: Statement;
  readonly #insertDetail: Statement;

  /** @param extra the columns that only this side's packages have */
  constructor(connection: Connection, side: "local" | "remote", extra: readonly string[]) {
    const columns = [
      "id",
      "name",
      "version",
      ...[...TEXT_COLUMNS, ...SIZE_COLUMNS].map(({ column }) => column),
      "raw",
      ...extra,
    ];
    const lists = LIST_COLUMNS.map(({ column }) => column);
    const insert = (table: string, names: readonly string[], texts: readonly string[]) =>
      // Text that is no UTF-8 comes as bytes.
      connection.prepare(`INSERT OR REPLACE INTO ${side}_${table} (${names.join(", ")})
        VALUES (${names.map((name) => (texts.includes(name) ? "CAST(? AS TEXT)" : "?")).join(", ")})`);
    const texts = ["name", "version", ...TEXT_COLUMNS.map(({ column }) => column)];
    this.#insertPackage = insert("package", columns, texts);
    this.#insertDetail = insert("detail", ["id", ...lists, "description"], [...lists, "description"]);
  }

  /**
   * Writes one package, over the row of the same number if there is one.
   *
   * @param isPlain the record's text is known to be UTF-8 throughout
   */
  write(id: number, record: PackageRecord, extra: readonly SqlValue[], isPlain: boolean): void {
    const { name, version, values, lists, description } = record;
    const texts = [name, version, ...values];
    const details = lists.map((list) => list && JSON.stringify(list));
    if (isPlain) {
      this.#insertPackage.run(id, ...texts, 0, ...extra);
      this.#insertDetail.run(id, ...details, description);
      return;
    }
    const isRaw = texts.some((text) => text !== null && isEscaped(text));
    this.#insertPackage.run(id, ...texts.map(toSql), isRaw ? 1 : 0, ...extra);
    this.#insertDetail.run(
      id,
      ...details.map((json) => toSql(json && unescapeJson(json))),
      toSql(description),
    );
  }
}

function toSql(text: string | null): SqlValue {
  return text !== null && isEscaped(text) ? encodeText(text) : text;
}

/** JSON has lone surrogates as escapes; in the database a byte that is no UTF-8 is the byte itself. */
function unescapeJson(json: string): string {
  return json.replaceAll(/\\(?:ud([c-f][0-9a-f]{2})|.)/g, (escape, low: string | undefined) =>
    low === undefined ? escape : String.fromCharCode(Number.parseInt(`d${low}`, 16)),
  );
}
