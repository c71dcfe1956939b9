import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runCommand } from "./run-pkgin.ts";

const own = fileURLToPath(new URL("..", import.meta.url));

test("where SQLite was installed without its install script, one line says what to do", async () => {
  const copy = mkdtempSync(join(tmpdir(), "pkgin-"));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  const modules = join(copy, "node_modules");
  const sqlite = join(own, "node_modules", "better-sqlite3");
  cpSync(join(sqlite, "lib"), join(modules, "better-sqlite3", "lib"), { recursive: true });
  cpSync(join(sqlite, "package.json"), join(modules, "better-sqlite3", "package.json"));
  const bindings = createRequire(join(sqlite, "package.json")).resolve("bindings");
  symlinkSync(dirname(bindings), join(modules, "bindings"));
  for (const name of readdirSync(join(own, "node_modules")).filter((other) => other !== "better-sqlite3"))
    symlinkSync(join(own, "node_modules", name), join(modules, name));
  cpSync(join(own, "dist"), join(copy, "dist"), { recursive: true });
  cpSync(join(own, "package.json"), join(copy, "package.json"));

  const { status, stderr } = await runCommand([process.execPath, join(copy, "dist", "bin.js"), "-v"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^pkgin: better-sqlite3, .* has not been built .*`npm rebuild better-sqlite3`.*\n$/);
});
