import { dirname } from "node:path";
import { type LocalServer, serveDirectory } from "test-support";

/** Serves the directory that a summary lies in, which is a repository then. */
export function serveSummary(path: string): Promise<LocalServer> {
  return serveDirectory(dirname(path));
}
