import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openCatalogue } from "./open-catalogue.ts";

it("lets SQLite keep as much of the file in memory as told, and 2,000 KiB otherwise", () => {
  const directory = mkdtempSync(join(tmpdir(), "open-catalogue-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "pkgin.db");
  for (const [options, expected] of [
    [{}, -2000],
    [{ cacheSize: 1_000_001 }, -977],
    [{ cacheSize: 64 * 1024, readOnly: true }, -64],
  ] as const) {
    const catalogue = openCatalogue(path, options);
    expect(catalogue.connection.pragma("cache_size", { simple: true })).toBe(expected);
    catalogue.close();
  }
});
