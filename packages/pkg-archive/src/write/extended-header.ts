import { encodeText } from "bz2-record-stream";

/** The names of an entry, which are bytes. */
export interface EntryNames {
  readonly name: string;
  /** Where a link leads. */
  readonly linkname?: string | undefined;
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

/**
 * Makes an extended (pax) header with names that are marked as bytes, lest a reader convert them; tar-stream writes text only,
 * and does not mark it. The entry comes after it.
 */
export function extendedHeader({ name, linkname }: EntryNames, mtime: Date): Buffer {
  const records = [record("hdrcharset", "BINARY"), record("path", name)];
  if (linkname !== undefined) records.push(record("linkpath", linkname));
  const body = Buffer.concat(records);
  const padding = Buffer.alloc((BLOCK_SIZE - (body.length % BLOCK_SIZE)) % BLOCK_SIZE);
  return Buffer.concat([header(body.length, mtime), body, padding]);
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
  block.write(octal(Math.max(0, Math.floor(mtime.getTime() / 1000)), 11), FIELDS.mtime);
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
