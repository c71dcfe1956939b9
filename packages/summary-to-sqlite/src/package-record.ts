import { isAscii, isUtf8 } from "node:buffer";
import { LIST_COLUMNS, SIZE_COLUMNS, TEXT_COLUMNS } from "./package-columns.ts";
import { decodeText } from "./text.ts";

/** The variables of a record as in pkg_summary: each with its values, one for each line, in order. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** A record taken apart, ready to be written. */
export interface PackageRecord {
  /** PKGNAME up to its last dash. */
  readonly name: string;
  readonly version: string;
  /** The values of TEXT_COLUMNS and then of SIZE_COLUMNS; null for what is missing. */
  readonly values: (string | null)[];
  /** The values of LIST_COLUMNS; null for what is missing. */
  readonly lists: (string[] | null)[];
  readonly description: string | null;
}

/** What is wrong with a record, to be told together with which one it is. */
export class RecordProblem extends Error {
  /** The line that is none, or its beginning. */
  readonly line: string | undefined;

  constructor(problem: string, line?: string) {
    super(problem);
    this.line = line;
  }
}

/** So much of a line that cannot be understood is shown. */
const SHOWN = 60;
const NUMBER_OF_VALUES = TEXT_COLUMNS.length + SIZE_COLUMNS.length;
/** Copies of these are made, which takes far less time than making them for each record. */
const NO_VALUES: readonly null[] = Array.from({ length: NUMBER_OF_VALUES }, () => null);
const NO_LISTS: readonly null[] = LIST_COLUMNS.map(() => null);

/** Where each variable's value goes: a column, or behind the columns a list. */
const PLACES = new Map<string, number>(
  [...TEXT_COLUMNS, ...SIZE_COLUMNS, ...LIST_COLUMNS].map(({ variable }, index) => [variable, index]),
);

/** A record's text; lines end in a newline alone. */
export interface RecordText {
  readonly text: string;
  /** All of its bytes are UTF-8. */
  readonly isPlain: boolean;
}

/** Decodes a record's bytes. */
export function recordText(bytes: Uint8Array): RecordText {
  const { buffer: memory, byteOffset, byteLength } = bytes;
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(memory, byteOffset, byteLength);
  const isOneByte = isAscii(buffer);
  const isPlain = isOneByte || isUtf8(buffer);
  let text: string;
  if (isOneByte) text = buffer.toString("latin1");
  else text = isPlain ? buffer.toString() : decodeText(buffer);
  return { text: text.includes("\r") ? text.replaceAll(/\r(?=\n|$)/g, "") : text, isPlain };
}

/** Finds the PKGNAME of a record without taking all of it apart. */
export function textName(text: string): string | undefined {
  // As elsewhere the last one counts.
  const later = text.lastIndexOf("\nPKGNAME=");
  if (later < 0 && !text.startsWith("PKGNAME=")) return undefined;
  const start = later + 1;
  const end = text.indexOf("\n", start);
  return text.slice(start + "PKGNAME=".length, end < 0 ? text.length : end);
}

/**
 * Takes `VARIABLE=VALUE` lines apart.
 *
 * @throws RecordProblem for a line without `=`, or no PKGNAME
 */
export function parseText(text: string): PackageRecord {
  const builder = new RecordBuilder();
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const equals = text.indexOf("=", start);
    if (equals < 0 || equals > end) throw lineProblem(text.slice(start, end));
    builder.add(text.slice(start, equals), text.slice(equals + 1, end));
    start = end + 1;
  }
  return builder.finish();
}

/**
 * Takes variables over.
 *
 * @throws RecordProblem for no PKGNAME
 */
export function parseFields(fields: Fields): PackageRecord {
  const builder = new RecordBuilder();
  for (const [variable, values] of fields) {
    for (const value of values) builder.add(variable, value);
  }
  return builder.finish();
}

/** Splits a PKGNAME; without a version it gets `0.0`, as in pkgin. */
export function splitPkgname(pkgname: string): { readonly name: string; readonly version: string } {
  const dash = pkgname.lastIndexOf("-");
  const digit = pkgname.charCodeAt(dash + 1);
  if (dash < 0 || !(digit >= 0x30 && digit <= 0x39)) return { name: pkgname, version: "0.0" };
  return { name: pkgname.slice(0, dash), version: pkgname.slice(dash + 1) };
}

/** Gathers a record's values; of a variable that should stand there once the last counts. */
class RecordBuilder {
  #pkgname: string | undefined;
  readonly #values: (string | null)[] = NO_VALUES.slice();
  readonly #lists: (string[] | null)[] = NO_LISTS.slice();
  #description: string | null = null;

  add(variable: string, value: string): void {
    if (variable === "DESCRIPTION") {
      this.#description = this.#description === null ? value : `${this.#description}\n${value}`;
      return;
    }
    if (value === "") return;
    const place = PLACES.get(variable);
    if (place === undefined) {
      if (variable === "PKGNAME") this.#pkgname = value;
    } else if (place < TEXT_COLUMNS.length) this.#values[place] = value;
    // A number of bytes that is none is as good as missing.
    else if (place < NUMBER_OF_VALUES) this.#values[place] = /^\d{1,18}$/.test(value) ? value : null;
    else (this.#lists[place - NUMBER_OF_VALUES] ??= []).push(value);
  }

  finish(): PackageRecord {
    if (this.#pkgname === undefined) throw new RecordProblem("PKGNAME was expected, found none");
    const { name, version } = splitPkgname(this.#pkgname);
    return { name, version, values: this.#values, lists: this.#lists, description: this.#description };
  }
}

function lineProblem(line: string): RecordProblem {
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line;
  return new RecordProblem(`VARIABLE=VALUE was expected, found ${JSON.stringify(shown)}`, shown);
}
