import type { Reporter, TestModule } from "vitest/node";

/**
 * Prints `N passed, N failed` as the last line of a run, for scripts that read only that.
 *
 * A test file that could not be loaded, and an error outside any test, count as one failure each.
 */
export class SumReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
      }
    }
    // On exit, so that nothing of the runner's own comes after it.
    process.once("exit", () => process.stdout.write(`${passed} passed, ${failed} failed\n`));
  }
}
