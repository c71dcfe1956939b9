/*
 * Makes few files of a package, since Node takes half a millisecond to find and read each one. The entries are what a package
 * exports and runs; what it loads only when needed stays a file of its own, and other packages stay outside. tsc writes the
 * declarations beside them.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { defineConfig } from "rolldown";

const { bin = {}, dependencies = {}, exports } = JSON.parse(readFileSync("package.json", "utf8"));
const doors = Object.values(exports).flatMap(({ default: path = [] }) => path);
const entries = [...doors, ...Object.values(bin)].map(nameOf);

export default defineConfig({
  input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  platform: "node",
  external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  output: {
    dir: "dist",
    cleanDir: true,
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: ({ facadeModuleId, name }) => `${chunkName(facadeModuleId, name)}.js`,
  },
});

/** What is loaded when needed stands where its source does below src, so that it finds what is beside the package's files. */
function chunkName(source, name) {
  if (source !== null) return nameOf(relative(process.cwd(), source));
  return name === "src" ? "shared" : name;
}

/** `./dist/bin.js` and `src/bin.ts` are `bin`. */
function nameOf(path) {
  return path.replace(/^(\.\/)?(dist|src)\//, "").replace(/\.[jt]s$/, "");
}
