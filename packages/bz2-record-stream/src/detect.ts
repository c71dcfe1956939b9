/** What a stream can be compressed with; plain is not compressed. */
export type Format = "bzip2" | "gzip" | "xz" | "zstd" | "plain";

/** So many of the first bytes tell the format. */
export const DETECT_BYTES = 10;

const BZIP2_HEADER = Buffer.from("BZh");
/** What follows a bzip2 header: the mark of a block, or that of the end. */
const BZIP2_MARKS = ["314159265359", "177245385090"].map((digits) => Buffer.from(digits, "hex"));
const GZIP_HEADER = Buffer.of(0x1f, 0x8b, 8);
const XZ_HEADER = Buffer.from("fd377a585a00", "hex");
const ZSTD_HEADER = Buffer.from("28b52ffd", "hex");

/**
 * Tells the compression of a stream from its first bytes; what is none of the known formats is plain.
 *
 * A header with one wrong byte still counts as what it was, so that damage there is an error and not taken for text.
 */
export function detectFormat(first: Uint8Array): Format {
  const bytes = Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  // An input that is all but the start of a header has been cut there.
  if (bytes.length > 0 && [BZIP2_HEADER, GZIP_HEADER].some((header) => startsWith(header, bytes)))
    return bytes[0] === GZIP_HEADER[0] ? "gzip" : "bzip2";
  const mark = bytes.subarray(4, DETECT_BYTES);
  if (startsWith(bytes, BZIP2_HEADER) || BZIP2_MARKS.some((each) => each.equals(mark))) return "bzip2";
  if (GZIP_HEADER.filter((byte, index) => byte === bytes[index]).length >= 2) return "gzip";
  if (startsWith(bytes, XZ_HEADER)) return "xz";
  return startsWith(bytes, ZSTD_HEADER) ? "zstd" : "plain";
}

function startsWith(bytes: Buffer, header: Buffer): boolean {
  return bytes.subarray(0, header.length).equals(header);
}
