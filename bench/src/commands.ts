import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const { resolve } = createRequire(import.meta.url);

/**
 * Tells how to start the command of an installed package without a shell or a link in between.
 *
 * @param name of the package
 * @param command its command, where it has several or another name. Default: the name
 */
export function commandOf(name: string, command = name): readonly [node: string, script: string] {
  const root = packageRoot(name);
  const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    bin?: Record<string, string>;
  };
  const script = join(root, bin?.[command] ?? "");
  if (!existsSync(script))
    throw new Error(`${name} has no command ${command}: expected ${script}; build it first`);
  return [process.execPath, script];
}

/** The version of an installed package. */
export function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(packageRoot(name), "package.json"), "utf8")) as { version: string })
    .version;
}

/** How to start one of the bench's own small programs. */
export function programOf(name: string): readonly [node: string, script: string] {
  return [process.execPath, fileURLToPath(new URL(`programs/${name}.js`, import.meta.url))];
}

function packageRoot(name: string): string {
  for (const directory of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    if (existsSync(join(directory, name, "package.json"))) return join(directory, name);
  }
  // Says which package is missing.
  return dirname(resolve(name));
}
