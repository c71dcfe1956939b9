/** What a stream can be compressed with; plain is not compressed. */
export type Format = "bzip2" | "gzip" | "xz" | "zstd" | "plain";

/** So many of the first bytes tell the format. */
export const DETECT_BYTES = 10;

/** What a bzip2 header is followed by: the mark of a block, or that of the end. */
const BZIP2_MARKS = ["314159265359", "177245385090"].map((digits) => Buffer.from(digits, "hex"));
const HEADERS: readonly (readonly [Format, Buffer])[] = [
  ["bzip2", Buffer.from("BZh")],
  ["gzip", Buffer.of(0x1f, 0x8b, 8)],
  ["xz", Buffer.from("fd377a585a00", "hex")],
  ["zstd", Buffer.from("28b52ffd", "hex")],
];
/** A frame to be skipped, which may come first: the last three bytes of its number. */
const ZSTD_SKIPPED = Buffer.from("2a4d18", "hex");

/**
 * Tells the compression of a stream from its first bytes; what is none of the known formats is plain.
 *
 * A header with one wrong byte still counts as what it was, so that damage there is an error and not taken for text.
 */
export function detectFormat(first: Uint8Array): Format {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  if (bytes.length === 0) return "plain";
  const mark = bytes.subarray(4, DETECT_BYTES);
  if (BZIP2_MARKS.some((each) => each.equals(mark))) return "bzip2";
  if (bytes.subarray(1, 4).equals(ZSTD_SKIPPED) && (bytes[0] ?? 0) >> 4 === 5) return "zstd";
  return HEADERS.find(([format, header]) => isHeader(format, header, bytes))?.[0] ?? "plain";
}

function isHeader(format: Format, header: Buffer, bytes: Buffer): boolean {
  // An input that is all but the start of a header has been cut there.
  if (bytes.length < header.length) return bytes.equals(header.subarray(0, bytes.length));
  const right = header.filter((byte, index) => byte === bytes[index]).length;
  // "B?h" and the like may well be text, and bzip2 has its marks to be known by.
  return right >= header.length - (format === "bzip2" ? 0 : 1);
}
