import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * Every published package, as a stranger gets it: packed, installed by npm from its tarball into an empty project
 * outside the workspace, imported from JavaScript and from TypeScript, its command run.
 */

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  exports: Record<string, unknown>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
}

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const folders = ["packages", "apps"].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
);
const manifests = folders.map((folder) => ({
  folder,
  manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest,
}));
const byName = new Map(manifests.map((entry) => [entry.manifest.name, entry]));

const scratch = mkdtempSync(join(tmpdir(), "packed-"));
const tarballs = new Map<string, string>();

beforeAll(async () => {
  for (const { folder, manifest } of manifests) {
    await run("npx", ["-y", "pnpm@12.21.0", "pack", "--pack-destination", scratch], { cwd: folder });
    tarballs.set(manifest.name, join(scratch, `${manifest.name}-${manifest.version}.tgz`));
  }
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("there are nine packages to publish", () => {
  expect([...byName.keys()].toSorted()).toEqual([
    "bz2-record-stream",
    "dtrace-tools",
    "fetch-to-fd",
    "memprof",
    "pkg-archive",
    "pkg-install",
    "pkg-pattern",
    "pkgin",
    "summary-to-sqlite",
  ]);
});

test.each(manifests.map(({ manifest }) => [manifest.name, manifest] as const))(
  "%s installs from its tarball, imports and runs",
  async (name, manifest) => {
    const project = mkdtempSync(join(scratch, `${name}-`));
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const wanted = [...ownClosure(name)].map((each) => tarballs.get(each) ?? each);
    await run("npm", ["install", "--ignore-scripts", "--prefer-offline", ...wanted], { cwd: project });
    provideSqliteBinding(project);

    if ("." in manifest.exports) await expectImports(project, name);
    for (const command of Object.keys(manifest.bin ?? {})) {
      const bin = join(project, "node_modules/.bin", command);
      expect((await run(bin, ["--version"])).stdout).toContain(manifest.version);
      expect((await run(bin, ["--help"])).stdout).toMatch(/usage/i);
    }
  },
  180_000,
);

/** The package and those of ours that it needs, which are on no registry yet. */
function ownClosure(name: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const dependency of Object.keys(byName.get(name)?.manifest.dependencies ?? {})) {
    if (byName.has(dependency)) ownClosure(dependency, found);
  }
  return found;
}

/** Compiling the SQLite binding takes a minute each time and is not what is tested here, so the workspace's is used. */
function provideSqliteBinding(project: string): void {
  const target = join(project, "node_modules/better-sqlite3");
  if (!existsSync(target)) return;
  const resolver = createRequire(join(root, "packages/summary-to-sqlite/package.json"));
  const source = join(
    resolver.resolve("better-sqlite3/package.json"),
    "../build/Release/better_sqlite3.node",
  );
  cpSync(source, join(target, "build/Release/better_sqlite3.node"));
}

async function expectImports(project: string, name: string): Promise<void> {
  writeFileSync(
    join(project, "check.mjs"),
    `import * as all from ${JSON.stringify(name)};\nconsole.log(Object.keys(all).length);\n`,
  );
  const { stdout } = await run(process.execPath, ["check.mjs"], { cwd: project });
  expect(Number(stdout)).toBeGreaterThan(0);

  // @types/node is what every TypeScript program for Node has; nothing else is provided.
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    lib: ["es2023"],
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  writeFileSync(
    join(project, "check.ts"),
    `import * as all from ${JSON.stringify(name)};\nexport const it: object = all;\n`,
  );
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["check.ts"] }));
  const tsc = join(root, "node_modules/.bin/tsc");
  const types = await run(tsc, ["-p", project]).catch((error: { stdout: string }) => error);
  expect(types.stdout).toBe("");
}
