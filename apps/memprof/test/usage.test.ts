import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../src/cli.ts";
import type { Report } from "../src/report/report.ts";
import { bin, usable, Workplace } from "./memprof.ts";

const place = new Workplace();
afterAll(() => place.remove());

const VERBS = [
  "run",
  "record",
  "report",
  "diff",
  "check",
  "view",
  "top",
  "convert",
  "push",
  "init",
  "scripts",
  "doctor",
];

/** For requests that are refused before there is anything to say. */
const silent: Report = {
  print: (pieces) => Promise.reject(new Error(`nothing was to be printed, found ${[...pieces].join("")}`)),
  printBeside: (pieces) => silent.print(pieces),
  note: (text) => expect.unreachable(text),
  columns: undefined,
};

describe("memprof", () => {
  it("lists its verbs, and tells the options of each, as its README does", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const { stdout } = place.run(["--help"]);
    expect(stdout).toMatch(/^Usage: memprof VERB/);
    for (const verb of VERBS) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} +\\w`, "m"));
      const help = place.run([verb, "--help"]);
      expect(help).toMatchObject({ status: 0, stderr: "" });
      expect(help.stdout).toMatch(new RegExp(`^Usage: memprof ${verb}`));
      expect(Math.max(...help.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
      expect(readme).toContain(`| \`${verb}\` |`);
      for (const [, option = ""] of help.stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)) {
        expect(readme).toMatch(new RegExp(`\`${option}[ \`]`));
      }
    }
    expect(place.run(["help", "record"]).stdout).toBe(place.run(["record", "-h"]).stdout);
    expect(place.run(["record", "--fine", "--help"]).stdout).toBe(place.run(["record", "-h"]).stdout);
    expect(place.run(["record", "--help"]).stdout).toMatch(/^ {2}-o, --output FILE +where to keep it/m);
    expect(place.run(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("says in one line what is wrong with its arguments, and what was meant", async () => {
    const cases: [string[], string][] = [
      [[], "a verb was expected, found none; see memprof --help"],
      [["recrod"], "recrod: no such verb; did you mean record?; see memprof --help"],
      [["zzz"], `zzz: no such verb; there are ${VERBS.join(", ")}; see memprof --help`],
      [["report", "--jsno", "x"], "--jsno: no such option; did you mean --json?; see memprof report --help"],
      [["report"], "a recording or trace was expected, found none; see memprof report --help"],
      [["report", "x", "y"], "one file was expected, found another: y; see memprof report --help"],
      [["report", "x", "--svg"], "--svg: expected a value, found none; see memprof report --help"],
      [["report", "none"], "none: there is no such recording"],
      [["report", "x", "--width", "wide"], "--width: expected pixels from 10 to 99999, found wide"],
      [["report", "x", "--colors", "pink"], "--colors: expected one of aqua, blue"],
      [["report", "x", "--focus", "("], "--focus: Invalid regular expression"],
      [["record"], "a command after -- or --pid was expected, found neither; see memprof record --help"],
      [["record", "-p", "1", "--", "true"], "a command after -- or --pid was expected, found both"],
      [["record", "-p", "x"], "--pid: expected a whole number from 1, found x"],
      [["record", "--backend", "magic", "--", "true"], "--backend: expected one of dtrace, perf"],
      [
        ["record", "--metric", "heat", "--", "true"],
        "--metric: expected one of brk, heap, allocations, faults, found heat; did you mean heap?",
      ],
      [["top", "--interval", "0", "--", "true"], "--interval: expected seconds, found 0"],
      [["diff", "x"], "two recordings were expected, BEFORE and AFTER, found 1"],
      [["diff", "x", "y", "--limit", "0"], "--limit: expected a whole number from 1, found 0"],
      [["check", "--", "true"], "a budget was expected, such as --total 16MiB, found none"],
      [
        ["check", "--total", "16 XB", "--", "true"],
        '--total: expected a size such as "16 MiB" or 4096, found "16 XB"',
      ],
      [["check", "--frame", "(=1", "--", "true"], "--frames: Invalid regular expression"],
      [["check", "--frame", "x", "--", "true"], "--frame: expected EXPRESSION=SIZE, found x"],
      [["check", "name", "--total", "1", "--", "true"], "names or a command were expected, found both: name"],
      [["view", "a", "b", "c"], "one recording was expected, or two, BEFORE and AFTER; found 3"],
      [["view", "a", "--port", "65536"], "--port: expected a number up to 65535, found 65536"],
      [["convert", "x", "--to", "pdf"], "--to: expected one of svg, html, folded"],
      [["convert", "x", "--from", "strce"], "found strce; did you mean strace?"],
      [["push", "host", "x"], "expected an http or https URL of a store of profiles first"],
      [["push", "http://localhost", "x", "--tag", "one"], "--tag: expected NAME=VALUE, found one"],
      [["scripts", "brk"], "NAME: expected one of brkquantize"],
      [["doctor", "x"], "no argument was expected, found x"],
    ];
    for (const [args, message] of cases) {
      const problem = (await runCli(args, silent).catch((error: unknown) => error)) as Error;
      expect(problem.message).toContain(message);
      expect(problem.message).not.toContain("\n");
    }
    const { status, stdout, stderr } = place.run(["check"]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      'memprof: no memprof.config.json here, and no key "memprof" in package.json; memprof init writes one\n',
    );
  });

  it("tells which tracers work", () => {
    const { status, stdout } = place.run(["doctor"]);
    expect(status).toBe(usable.length === 0 ? 1 : 0);
    const named = stdout.split("\n").filter((line) => /^\S+ +yes /.test(line));
    expect(named.map((line) => line.split(" ")[0])).toEqual(usable);
  });

  it("lists its scripts, and prints one that can be run by hand", () => {
    const { stdout } = place.run(["scripts"]);
    const names = stdout.split("\n").flatMap((line) => /^(\S+) +\S/.exec(line)?.[1] ?? []);
    const brkbytes = names.find((name) => name.startsWith("brkbytes")) ?? "";
    expect(place.run(["scripts", brkbytes]).stdout).toMatch(/^#!.*dtrace[^]*ustack\(\)/);
  });

  it("stops without a word where its reader has gone, and says so where the disk is full", () => {
    const lines = Array.from({ length: 100_000 }, (_, number) => `main;f${number} 1\n`);
    place.write("big.folded", lines.join(""));
    const shell = (command: string) =>
      spawnSync("sh", ["-c", command, "sh", process.execPath, bin], {
        cwd: place.directory,
        encoding: "utf8",
      });
    const gone = shell('{ "$1" "$2" report big.folded --folded -; echo $? >&2; } | head -n 1');
    expect(gone).toMatchObject({ stdout: "main;f0 1\n", stderr: "0\n" });
    if (process.platform !== "linux") return;
    const full = shell('"$1" "$2" report big.folded >/dev/full');
    expect(full).toMatchObject({ status: 1 });
    expect(full.stderr).toMatch(/^memprof: standard output cannot be written: ENOSPC.*\n$/);
  });
});
