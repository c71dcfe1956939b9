import { CatalogueError, type Catalogue } from "summary-to-sqlite";

/** Does some writing that can be left for later: where another process is writing, nothing is changed, and nobody waits. */
export async function unlessBusy({ connection }: Catalogue, write: () => Promise<void>): Promise<void> {
  const usual = connection.pragma("busy_timeout", { simple: true }) as number;
  connection.pragma("busy_timeout = 0");
  try {
    await write();
  } catch (error) {
    if (!(error instanceof CatalogueError && error.code === "ERR_CATALOGUE_BUSY")) throw error;
  } finally {
    connection.pragma(`busy_timeout = ${usual}`);
  }
}
