import type { Catalogue } from "summary-to-sqlite";

/** Full names of remote packages that cannot be installed because the summary does not tell the size of their file. */
export function unsizedPackages({ connection }: Catalogue): string[] {
  const sql =
    "SELECT fullpkgname FROM remote_pkg WHERE file_size IS NULL OR file_size IN ('', '0') ORDER BY 1";
  return (connection.prepare(sql).raw().all() as [string][]).map(([fullName]) => fullName);
}
