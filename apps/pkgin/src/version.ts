import Database from "better-sqlite3";
import { ownVersion } from "./own-version.ts";

/** The line that `-v` prints: the versions of pkgin and of the SQLite that it uses. */
export function version(): string {
  const memory = new Database(":memory:");
  try {
    const sqlite = memory.prepare("SELECT sqlite_version()").pluck().get() as string;
    return `pkgin ${ownVersion()} (using SQLite ${sqlite})\n`;
  } finally {
    memory.close();
  }
}
