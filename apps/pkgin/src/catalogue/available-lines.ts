import type { Catalogue } from "summary-to-sqlite";

/** What a list shows of a remote package. */
export interface AvailableLine {
  readonly fullName: string;
  readonly comment: string | undefined;
}

/** What a list shows of every remote package, in byte order of the full names, for less than reading all of each. */
export function availableLines({ connection }: Catalogue): AvailableLine[] {
  const sql = "SELECT fullpkgname, comment FROM remote_pkg ORDER BY 1";
  const rows = connection.prepare(sql).raw().all() as [string, string | null][];
  return rows.map(([fullName, comment]) => ({ fullName, comment: comment ?? undefined }));
}
