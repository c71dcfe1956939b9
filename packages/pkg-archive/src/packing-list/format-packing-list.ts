import type { PackingLine } from "./packing-lines.ts";

/** Prints the lines of a packing list, byte for byte as they were read. */
export function formatPackingList({ lines }: { readonly lines: Iterable<PackingLine> }): string {
  let text = "";
  for (const line of lines) text += line.text;
  return text;
}
