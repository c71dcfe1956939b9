import type { Catalogue } from "summary-to-sqlite";

/** What a list shows of a remote package. */
export interface AvailableLine {
  readonly fullName: string;
  readonly comment: string | undefined;
}

/** Stands for bytes that are no UTF-8. */
const REPLACEMENT = "\ufffd";

/** What a list shows of every remote package, in byte order of the full names, for less than reading all of each. */
export function availableLines(db: Catalogue): readonly AvailableLine[] {
  const sql = "SELECT fullpkgname, comment FROM remote_pkg ORDER BY 1";
  const rows = db.connection.prepare(sql).raw().all() as [string, string | null][];
  // Where some text has bytes that are no UTF-8, they are had only by reading all of each.
  if (rows.some((row) => row.some((text) => text?.includes(REPLACEMENT)))) return db.remotePackages();
  return rows.map(([fullName, comment]) => ({ fullName, comment: comment ?? undefined }));
}
