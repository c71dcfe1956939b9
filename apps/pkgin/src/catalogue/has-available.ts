import type { Catalogue } from "summary-to-sqlite";

/** Whether the repositories have anything at all. */
export function hasAvailable({ connection }: Catalogue): boolean {
  return connection.prepare("SELECT 1 FROM remote_pkg LIMIT 1").raw().get() !== undefined;
}
