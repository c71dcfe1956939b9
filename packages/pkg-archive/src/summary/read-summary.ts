import { decompress } from "../decompress.ts";
import { LimitError } from "../errors.ts";
import { textLines } from "../text-lines.ts";

/** A record of a summary, with what it says about the file of the package. */
export interface SummaryEntry {
  /** The lines of the record, each with its line feed, without the empty line that ends it. */
  readonly text: string;
  /** FILE_NAME, or what it is unless the record says otherwise; undefined for a record without a name. */
  readonly fileName: string | undefined;
  /** FILE_SIZE in bytes, where the record has it and it is a number. */
  readonly size: number | undefined;
  /** FILE_CKSUM, such as `sha512 1a86...`. */
  readonly cksum: string | undefined;
}

/** No record is longer, in characters. */
const LONGEST_RECORD = 16 * 1024 * 1024;

/**
 * Reads a pkg_summary, compressed or not, record by record.
 *
 * @throws DamagedError out of the iteration for one that was cut or changed; LimitError for a record that is too long
 */
export async function* readSummary(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SummaryEntry> {
  let text = "";
  for await (const line of textLines(decompress(bytes))) {
    const isEnd = line === "" || line === "\r";
    if (!isEnd) text += `${line}\n`;
    if (text.length > LONGEST_RECORD)
      throw new LimitError(
        `a record of at most ${LONGEST_RECORD} characters was expected, found a longer one`,
      );
    if (!isEnd || text === "") continue;
    yield describe(text);
    text = "";
  }
  if (text !== "") yield describe(text);
}

function describe(text: string): SummaryEntry {
  const pkgname = valueOf(text, "PKGNAME");
  const size = valueOf(text, "FILE_SIZE");
  return {
    text,
    fileName: valueOf(text, "FILE_NAME") ?? (pkgname === undefined ? undefined : `${pkgname}.tgz`),
    size: size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : undefined,
    cksum: valueOf(text, "FILE_CKSUM"),
  };
}

/** The first value of a variable; none where it is empty. */
function valueOf(text: string, name: string): string | undefined {
  const value = new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1]?.trim();
  return value === "" ? undefined : value;
}
