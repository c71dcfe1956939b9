import type { Connection, SqlValue, Statement } from "./connection.ts";
import { LIST_COLUMNS, SIZE_COLUMNS, TEXT_COLUMNS, type VariableColumn } from "./package-columns.ts";
import type { PackageRecord } from "./package-record.ts";
import { encodeText, isEscaped } from "./text.ts";

/** Writes packages, each as a row of `<side>_package` and one of `<side>_detail`. */
export class PackageWriter {
  readonly #append: Inserts;
  readonly #write: Inserts;

  /** @param extra the columns that only this side's packages have */
  constructor(connection: Connection, side: "local" | "remote", extra: readonly string[]) {
    this.#append = prepareInserts(connection, { side, extra, verb: "INSERT", text: "?" });
    // Text that is no UTF-8 comes as bytes.
    const verb = "INSERT OR REPLACE";
    this.#write = prepareInserts(connection, { side, extra, verb, text: "CAST(? AS TEXT)" });
  }

  /** Writes a new package whose text is known to be UTF-8 throughout; this takes less time than {@link PackageWriter.write}. */
  append(id: number, record: PackageRecord, extra: readonly SqlValue[]): void {
    const { name, version, values, lists, description } = record;
    this.#append.package.run(id, name, version, ...values, 0, ...extra);
    this.#append.detail.run(id, ...lists.map(toJson), description);
  }

  /** Writes a package, over the rows of the same number if there are some. */
  write(id: number, record: PackageRecord, extra: readonly SqlValue[]): void {
    const { name, version, values, lists, description } = record;
    const texts = [name, version, ...values];
    const isRaw = texts.some((text) => text !== null && isEscaped(text));
    this.#write.package.run(id, ...texts.map(toSql), isRaw ? 1 : 0, ...extra);
    const details = lists.map((list) => list && unescapeJson(JSON.stringify(list)));
    this.#write.detail.run(id, ...[...details, description].map(toSql));
  }
}

/** A statement for each of the two rows. */
interface Inserts {
  readonly package: Statement;
  readonly detail: Statement;
}

interface InsertsOptions {
  readonly side: "local" | "remote";
  readonly extra: readonly string[];
  readonly verb: string;
  /** How text gets into its column. */
  readonly text: string;
}

function prepareInserts(connection: Connection, { side, extra, verb, text }: InsertsOptions): Inserts {
  const prepare = (table: string, texts: readonly string[], others: readonly string[]) => {
    const places = [...texts.map(() => text), ...others.map(() => "?")];
    const columns = ["id", ...texts, ...others];
    return connection.prepare(
      `${verb} INTO ${side}_${table} (${columns.join(", ")}) VALUES (?, ${places.join(", ")})`,
    );
  };
  const others = [...names(SIZE_COLUMNS), "raw", ...extra];
  return {
    package: prepare("package", ["name", "version", ...names(TEXT_COLUMNS)], others),
    detail: prepare("detail", [...names(LIST_COLUMNS), "description"], []),
  };
}

function names(columns: readonly VariableColumn[]): string[] {
  return columns.map(({ column }) => column);
}

function toJson(list: readonly string[] | null): string | null {
  return list && JSON.stringify(list);
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
