import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vitest/config";
import { SumReporter } from "./support/src/sum-reporter.ts";

const here = (folder: string) => join(import.meta.dirname, folder);
const below = (parent: string) => readdirSync(here(parent)).map((name) => join(here(parent), name));

/** A project for each folder, named after it as its package is. */
const projects = [
  ...below("packages"),
  ...below("apps"),
  ...["support", "sample-repository", "bench", "test"].map(here),
].map((root) => ({ extends: true as const, test: { name: basename(root), root } }));

export default defineConfig({
  test: {
    projects,
    // Real servers and processes on a busy machine: limits that only something stuck reaches.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", new SumReporter()],
  },
});
