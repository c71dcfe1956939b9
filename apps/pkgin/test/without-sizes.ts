/** Leaves the sizes out of a report: they depend on the compressor of the machine. */
export function withoutSizes(text: string): string {
  return text.replaceAll(/^[\d.]+[BKM] to download, [\d.]+[BKM] of/gm, "SIZE to download, SIZE of");
}
