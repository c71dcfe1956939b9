import { encodeText } from "bz2-record-stream";

/** What an extended header says of the entry after it. */
export interface ExtendedFacts {
  /** A name is bytes. */
  readonly name: string;
  /** Where a link leads. */
  readonly linkname?: string | undefined;
  readonly mtime: Date;
}

/** What stands in a header in place of a name that is in an extended one before it. */
export const NAMED_BEFORE = "PaxHeader";

const BLOCK_SIZE = 512;
/** Where the fields of a ustar header are that matter here (POSIX, pax). */
const FIELDS = {
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  mtime: 136,
  sum: 148,
  type: 156,
  magic: 257,
} as const;

/** The last time that tar-stream writes, which takes it for a number of 32 bits, in seconds. */
const LAST_TIME = 2 ** 31 - 1;

/** The time that a header can have itself: the beginning of time in place of one that needs an extended header. */
export function headerTime(mtime: Date): Date {
  const seconds = mtime.getTime() / 1000;
  return seconds >= 0 && seconds <= LAST_TIME ? mtime : new Date(0);
}

/**
 * Makes an extended (pax) header with names that are marked as bytes, lest a reader convert them; tar-stream writes text only,
 * and does not mark it. A time is in it where the entry's own header cannot have it. The entry comes after it.
 */
export function extendedHeader({ name, linkname, mtime }: ExtendedFacts): Buffer {
  const records = [record("hdrcharset", "BINARY"), record("path", name)];
  if (linkname !== undefined) records.push(record("linkpath", linkname));
  const own = headerTime(mtime);
  if (own !== mtime) records.push(record("mtime", `${mtime.getTime() / 1000}`));
  const body = Buffer.concat(records);
  const padding = Buffer.alloc((BLOCK_SIZE - (body.length % BLOCK_SIZE)) % BLOCK_SIZE);
  return Buffer.concat([header(body.length, own), body, padding]);
}

/** A length that includes itself, a key and a value. */
function record(key: string, value: string): Buffer {
  const rest = encodeText(` ${key}=${value}\n`);
  let length = rest.length;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

function header(size: number, mtime: Date): Buffer {
  const block = Buffer.alloc(BLOCK_SIZE);
  block.write(NAMED_BEFORE);
  block.write(octal(0o644, 7), FIELDS.mode);
  block.write(octal(0, 7), FIELDS.uid);
  block.write(octal(0, 7), FIELDS.gid);
  block.write(octal(size, 11), FIELDS.size);
  block.write(octal(Math.floor(mtime.getTime() / 1000), 11), FIELDS.mtime);
  block.write("x", FIELDS.type);
  block.write("ustar\x0000", FIELDS.magic);
  // The sum is over the block with blanks in place of it.
  block.write(" ".repeat(8), FIELDS.sum);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0`, FIELDS.sum);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
