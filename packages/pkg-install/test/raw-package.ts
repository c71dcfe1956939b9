/** An entry of an archive that need not be one of a good package. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: string | undefined;
  /** As tar has it: `0` a file (default), `1` a hard link, `2` a symbolic link, `3` a device. */
  readonly type?: string | undefined;
  readonly target?: string | undefined;
  readonly mode?: number | undefined;
  /** What the header says of the size, where that is not the content's. */
  readonly size?: number | undefined;
}

const BLOCK = 512;

/** Writes a package whose packing list and entries are as they are given, be they good or not. */
export function rawPackage(
  lines: readonly string[],
  entries: readonly RawEntry[],
  {
    pkgname = "raw-1.0",
    prefix = "/opt/example",
  }: { pkgname?: string | undefined; prefix?: string | undefined } = {},
): Buffer {
  const contents = [`@name ${pkgname}`, `@cwd ${prefix}`, ...lines].map((line) => `${line}\n`).join("");
  return Buffer.concat([
    tarEntry({ name: "+CONTENTS", content: contents }),
    tarEntry({ name: "+COMMENT", content: "For a test\n" }),
    tarEntry({ name: "+DESC", content: "For a test.\n" }),
    tarEntry({ name: "+BUILD_INFO", content: "PKGTOOLS_VERSION=20091115\n" }),
    ...entries.map(tarEntry),
    Buffer.alloc(2 * BLOCK),
  ]);
}

/** The header of an entry, and its content. */
export function tarEntry({
  name,
  content = "",
  type = "0",
  target = "",
  mode = 0o644,
  size,
}: RawEntry): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  const put = (text: string | Buffer, at: number): void => void Buffer.from(text).copy(header, at);
  put(name, 0);
  put(octal(mode, 7) + octal(0, 7) + octal(0, 7), 100);
  put(sizeField(size ?? body.length), 124);
  put(octal(0, 11), 136);
  put(" ".repeat(8), 148);
  put(type, 156);
  put(target, 157);
  put("ustar\x0000", 257);
  put(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
  );
  return Buffer.concat([header, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** Sizes from 8 GiB are written in binary. */
function sizeField(size: number): string | Buffer {
  if (size < 8 ** 11) return octal(size, 11);
  const field = Buffer.alloc(12);
  field.writeBigUInt64BE(BigInt(size), 4);
  field[0] = 0x80;
  return field;
}
