import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

function run(args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [bin, ...args], { input, encoding: "utf8" });
}

describe("dtrace-tools", () => {
  it("turns a trace from standard input into what is asked for", () => {
    const trace =
      '1 execve("/bin/app", ["app"]) = 0\n1 brk(NULL) = 0x1000\n1 brk(0x3000) = 0x3000\n > /bin/app(main+0x1) [0x1]\n';
    expect(run(["fold"], trace).stdout).toBe("app;main 8192\n");
    // Names are made readable on the way.
    const mangled = run(["fold"], "_ZN5store3putEi;JS:~parse /app/grow.js:3:22 7\n").stdout;
    expect(mangled).toMatch(/^(?:store::put\(int\)|_ZN5store3putEi);parse \(\/app\/grow\.js:3\) 7\n$/);
    expect(run(["quantize"], trace).stdout).toContain("8192 |@@@");
    expect(run(["table", "--markdown"], trace).stdout).toContain("| `main` |");
    const svg = run(["flamegraph", "--title", "mine", "--countname", "octets"], trace).stdout;
    expect(svg).toContain("<title>main (8,192 octets, 100.00%)</title>");
    expect(run(["quantize", "--numbers"], "1\n2\n3\n").stdout).toContain("               2 |@@@");
  });

  it("shows its scripts", () => {
    expect(run(["scripts"]).stdout).toContain("brkquantize.d\nbrkbytes.d\n");
    expect(run(["scripts", "brkbytes.d"]).stdout).toContain("@[ustack()]");
  });

  it("says in one line what is wrong", () => {
    const cases: [string[], RegExp][] = [
      [[], /^dtrace-tools: a command was expected/],
      [["toString"], /^dtrace-tools: toString: no such command/],
      [["fold", "/nonexistent"], /^dtrace-tools: .*\/nonexistent/],
      [["fold"], /^dtrace-tools: the trace is empty/],
      [["fold", "--format", "xml"], /^dtrace-tools: --format: expected one of/],
      [["flamegraph", "--width", "-1"], /^dtrace-tools: /],
      [["scripts", "none"], /^dtrace-tools: none: no such script/],
    ];
    for (const [args, message] of cases) {
      const { status, stderr, stdout } = run(args);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain("    at ");
    }
  });

  it("has help and a version", () => {
    expect(run(["--help"]).stdout).toMatch(/^Usage: dtrace-tools/);
    expect(run(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
