import type { ByteSource } from "../byte-source.ts";
import { LimitError, MalformedError } from "../errors.ts";

/*
 * A signed package is an ar archive of the BSD flavour: a magic line, then members of a header of 60 bytes and their data, which
 * begin at even places. A name of more than 16 bytes, or with a blank, stands before the data: `#1/LENGTH`.
 */

/** The first line. */
export const AR_MAGIC = "!<arch>\n";
const HEADER_SIZE = 60;
const HEADER_END = "`\n";
const LONGEST_NAME = 1024;

/** A member of an ar archive. */
export interface ArMember {
  readonly name: string;
  /** Of the data, in bytes. */
  readonly size: number;
  /** Bytes between the data and the next member. */
  readonly padding: number;
}

/**
 * Reads the header of the next member; its data come next, then its padding.
 *
 * @throws MalformedError, or DamagedError for a cut one
 */
export async function readArMember(source: ByteSource): Promise<ArMember> {
  const header = (await source.read(HEADER_SIZE, "an ar header")).toString("latin1");
  const digits = header.slice(48, 58).trim();
  if (!header.endsWith(HEADER_END) || !/^\d+$/.test(digits))
    throw new MalformedError("a header of an ar archive was expected, found something else");
  const size = Number(digits);
  const name = header.slice(0, 16);
  const length = Number(/^#1\/(\d+) *$/.exec(name)?.[1] ?? 0);
  if (length > Math.min(size, LONGEST_NAME))
    throw new MalformedError(`a name of ${length} bytes was found in an ar archive`);
  const long = length === 0 ? name : (await source.read(length, "a name")).toString("latin1");
  return { name: withoutEnd(long), size: size - length, padding: size % 2 };
}

/**
 * Reads the data of a member, and its padding.
 *
 * @param most bytes that are allowed
 */
export async function readArData(source: ByteSource, member: ArMember, most: number): Promise<Buffer> {
  const { name, size, padding } = member;
  if (size > most)
    throw new LimitError(`${name} of the signed package has ${size} bytes; at most ${most} were expected`);
  return (await source.read(size + padding, name)).subarray(0, size);
}

/** Makes the header of a member, with its name where that is a long one. */
export function arHeader(name: string, size: number): Buffer {
  const isLong = name.length > 16 || name.includes(" ");
  const field = isLong ? `#1/${name.length}` : name;
  const total = size + (isLong ? name.length : 0);
  const numbers = `${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${`${total}`.padEnd(10)}`;
  return Buffer.from(`${field.padEnd(16)}${numbers}${HEADER_END}${isLong ? name : ""}`, "latin1");
}

/** Makes the padding behind a member. */
export function arPadding(name: string, size: number): Buffer {
  const isLong = name.length > 16 || name.includes(" ");
  return Buffer.from((size + (isLong ? name.length : 0)) % 2 === 1 ? "\n" : "");
}

/** A slash, blanks or NULs fill a name up. The table of GNU's long names is called `//`. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 2 && "/ \0".includes(name[end - 1] ?? "")) end--;
  return name.slice(0, end);
}
