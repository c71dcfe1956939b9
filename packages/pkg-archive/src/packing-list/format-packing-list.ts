import type { PackingList } from "./packing-list.ts";

/** Prints the lines of a packing list, byte for byte as they were read. */
export function formatPackingList({ lines }: Pick<PackingList, "lines">): string {
  return lines.map(({ text }) => text).join("");
}
