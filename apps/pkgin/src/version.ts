import { readFileSync } from "node:fs";
import Database from "better-sqlite3";

/** The line that `-v` prints: the versions of pkgin and of the SQLite that it uses. */
export function version(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version: own } = JSON.parse(manifest) as { version: string };
  const memory = new Database(":memory:");
  try {
    const sqlite = memory.prepare("SELECT sqlite_version()").pluck().get() as string;
    return `pkgin ${own} (using SQLite ${sqlite})\n`;
  } finally {
    memory.close();
  }
}
