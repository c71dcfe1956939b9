import { cpSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "test-support";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";

const folder = (require: NodeJS.Require, name: string) => dirname(require.resolve(`${name}/package.json`));

test("where SQLite was installed without its install script, one line says what to do", async () => {
  const directory = temporaryDirectory();
  const modules = join(directory, "node_modules");
  const require = createRequire(import.meta.url);
  const sqlite = folder(require, "better-sqlite3");
  cpSync(join(sqlite, "lib"), join(modules, "better-sqlite3", "lib"), { recursive: true });
  cpSync(join(sqlite, "package.json"), join(modules, "better-sqlite3", "package.json"));
  symlinkSync(folder(createRequire(join(sqlite, "package.json")), "bindings"), join(modules, "bindings"));
  symlinkSync(folder(require, "pkg-pattern"), join(modules, "pkg-pattern"));
  cpSync(fileURLToPath(new URL("../dist", import.meta.url)), join(directory, "dist"), { recursive: true });
  cpSync(fileURLToPath(new URL("../package.json", import.meta.url)), join(directory, "package.json"));

  const command = [join(directory, "dist", "bin.js"), join(directory, "catalogue.db")];
  const { status, stderr } = await runProgram(process.execPath, command, { input: "PKGNAME=a-1\n" });
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^summary-to-sqlite: better-sqlite3, .* has not been built \(this is v.*\); .*`npm rebuild better-sqlite3`.*\n$/,
  );
});
