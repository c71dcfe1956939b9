import { defineConfig } from "vitest/config";
import { SumReporter } from "./support/src/sum-reporter.ts";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "support", "bench", "test"],
    reporters: ["default", new SumReporter()],
  },
});
