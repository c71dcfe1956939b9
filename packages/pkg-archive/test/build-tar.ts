import { createHash } from "node:crypto";

/** An entry of an archive as a test wants it, however wrong. */
export interface TarItem {
  readonly name: string | Buffer;
  readonly content?: string | Uint8Array;
  /** The letter of the kind: 0 file, 1 hard link, 2 symbolic link, 3 device, 5 directory, x extended header. */
  readonly type?: string;
  readonly target?: string;
  readonly mode?: number;
  /** What the header says, where that is not the truth. */
  readonly size?: number;
  /** What stands where the numbers of the owner and the time should be. */
  readonly noNumbers?: string;
}

/** Writes a tar archive entry by entry, so that it can have what no proper writer would write. */
export function buildTar(items: readonly TarItem[]): Buffer {
  const parts = items.flatMap((item) => {
    const content = Buffer.from(item.content ?? "");
    return [tarHeader(item, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** The header block of an entry. */
export function tarHeader(item: TarItem, length: number): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from(item.name).copy(header, 0, 0, 100);
  header.write(octal(item.mode ?? 0o644, 7), 100);
  header.write(item.noNumbers ?? octal(0, 7), 108);
  header.write(item.noNumbers ?? octal(0, 7), 116);
  header.write(octal(item.size ?? length, 11), 124);
  header.write(item.noNumbers ?? octal(1_000_000_000, 11), 136);
  header.write("        ", 148);
  header.write(item.type ?? "0", 156);
  header.write(item.target ?? "", 157);
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** The metadata that every package must have. */
export function metadataItems(contents: string): readonly TarItem[] {
  return [
    { name: "+CONTENTS", content: contents },
    { name: "+COMMENT", content: "A test\n" },
    { name: "+DESC", content: "For a test.\n" },
  ];
}

/** A packing list of these files, with their digests. */
export function contentsFor(files: readonly TarItem[], pkgname: string = "test-1.0"): string {
  const lines = files.map(({ name, content = "", target }) => {
    const digest = createHash("md5").update(content).digest("hex");
    return `${String(name)}\n@comment ${target === undefined ? `MD5:${digest}` : `Symlink:${target}`}\n`;
  });
  return `@name ${pkgname}\n@cwd /usr/pkg\n${lines.join("")}`;
}

/** A plain package of these files. */
export function buildPackage(files: readonly TarItem[]): Buffer {
  return buildTar([...metadataItems(contentsFor(files)), ...files]);
}

/** An extended header, of records such as `path=a`, be they as they should be or not. */
export function pax(...records: readonly (string | Buffer)[]): TarItem {
  const lines = records.map((record) => {
    const rest = Buffer.concat([Buffer.from(" "), Buffer.from(record), Buffer.from("\n")]);
    let length = rest.length + 1;
    while (`${length}`.length + rest.length !== length) length++;
    return Buffer.concat([Buffer.from(`${length}`), rest]);
  });
  return { name: "PaxHeader", type: "x", content: Buffer.concat(lines) };
}
