/** What bytes can be compressed with; plain is not at all. */
export type Format = "bzip2" | "gzip" | "xz" | "zstd" | "plain";

/** So many of the first bytes tell the format. */
export const DETECT_BYTES = 6;

const HEADERS: readonly (readonly [Format, Buffer])[] = [
  ["gzip", Buffer.of(0x1f, 0x8b)],
  ["bzip2", Buffer.from("BZh")],
  ["xz", Buffer.from("fd377a585a00", "hex")],
  ["zstd", Buffer.from("28b52ffd", "hex")],
];

/** Tells the compression of bytes from the first of them; what is none of the known formats is plain. */
export function detectFormat(first: Uint8Array): Format {
  for (const [format, header] of HEADERS) {
    if (header.equals(first.subarray(0, header.length))) return format;
  }
  return "plain";
}
