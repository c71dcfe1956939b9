import type { Stats } from "node:fs";

/** Whether a file is one that nobody else can have laid here or can change by another name. */
export function isOwnFile(stat: Stats): boolean {
  const isOwn = process.geteuid === undefined || stat.uid === process.geteuid();
  return stat.isFile() && isOwn && stat.nlink === 1;
}
