import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { available } from "dtrace-tools";
import { afterAll, describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "memprof-test-"));
const file = join(directory, "run.rec");
const tracers = (await available()).filter((tracer) => tracer.usable);
const untraced = tracers.length === 0;
afterAll(() => rmSync(directory, { recursive: true }));

function run(args: readonly string[], input = "") {
  return spawnSync(process.execPath, [bin, ...args], { input, encoding: "utf8", cwd: directory });
}

describe("memprof record", () => {
  for (const { name } of tracers) {
    it(`passes input, output and status through under ${name}`, () => {
      const script = "cat; echo problem >&2; exit 7";
      const { status, stdout, stderr } = run(
        ["record", "-o", file, "--backend", name, "--", "sh", "-c", script],
        "data\n",
      );
      expect([status, stdout]).toEqual([7, "data\n"]);
      expect(stderr).toBe(`problem\nmemprof: recorded by ${name} in ${file}\n`);
      expect(existsSync(`${file}.part`)).toBe(false);
    });

    it(`ends by the signal that ended the command under ${name}`, () => {
      const { signal, stderr } = run([
        "record",
        "-o",
        file,
        "--backend",
        name,
        "--",
        "sh",
        "-c",
        "kill -TERM $$",
      ]);
      expect(signal).toBe("SIGTERM");
      expect(stderr).toContain(`recorded by ${name}`);
    });

    it(`passes signals on to the command under ${name}`, async () => {
      const script = 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.05; done';
      const child = spawn(
        process.execPath,
        [bin, "record", "-o", file, "--backend", name, "--", "sh", "-c", script],
        {
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      let output = "";
      child.stdout.setEncoding("utf8");
      child.stdout.on("data", (text: string) => {
        output += text;
        if (text.includes("ready")) child.kill("SIGINT");
      });
      expect(await once(child, "close")).toEqual([9, null]);
      expect(output).toBe("ready\ncaught\n");
    });
  }

  it.skipIf(untraced)("works without --, and leaves the command's options to it (needs a tracer)", () => {
    const { status } = run(["record", "-o", file, "sh", "-c", "exit 2", "-o", "x", "--"]);
    expect(status).toBe(2);
    const { stdout } = run(["report", file, "--json"]);
    expect((JSON.parse(stdout) as { command: string[] }).command).toEqual([
      "sh",
      "-c",
      "exit 2",
      "-o",
      "x",
      "--",
    ]);
  });

  it("says in one line what is wrong, and runs nothing then", () => {
    const cases: [string[], RegExp][] = [
      [["record", "--", "no-such-program"], /no-such-program: no such program in PATH/],
      [["record"], /a command after -- or --pid was expected, found neither; see memprof record --help/],
      [["record", "--backend", "magic", "--", "true"], /--backend: expected one of dtrace, perf/],
      [
        ["record", "-o", join(directory, "no", "file"), "--", "touch", join(directory, "ran")],
        /cannot be written/,
      ],
      [["record", "-o", directory, "--", "touch", join(directory, "ran")], /found a directory/],
      [["recrod"], /recrod: no such verb/],
      [[], /a verb was expected/],
    ];
    for (const [args, message] of cases) {
      const { status, stdout, stderr } = run(args);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n").at(-1)).toMatch(/^memprof: /);
      expect(stderr).not.toContain("    at ");
    }
    expect(existsSync(join(directory, "ran"))).toBe(false);
  });
});

describe.skipIf(untraced)("memprof report (needs a tracer)", () => {
  it("shows sizes, totals and frames, and writes a picture and folded stacks", () => {
    run(["record", "-o", file, "--", process.execPath, "-e", "0"]);
    const { stdout } = run(["report", file]);
    expect(stdout).toMatch(/^\n {2}brk\(\) allocation sizes\n {11}value {2}-+ Distribution -+ count\n/);
    const total = Number(/^ {2}Total bytes allocated {2,}(\d+)$/m.exec(stdout)?.[1]);
    const json = JSON.parse(run(["report", file, "--json"]).stdout) as { totals: { bytes: number } };
    expect(json.totals.bytes).toBe(total);
    const svg = join(directory, "out.svg");
    expect(run(["report", file, "--svg", svg]).status).toBe(0);
    expect(readFileSync(svg, "utf8")).toMatch(/^<\?xml[^]*<\/svg>\n$/);
    const folded = run(["report", file, "--folded", "-"]).stdout;
    const values = folded
      .trim()
      .split("\n")
      .map((line) => Number(line.slice(line.lastIndexOf(" "))));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(total);
  });

  it("refuses a recording that was cut short, and one that is none", () => {
    run(["record", "-o", file, "--", "true"]);
    const cut = join(directory, "cut.rec");
    writeFileSync(cut, readFileSync(file, "utf8").slice(0, -6));
    expect(run(["report", cut])).toMatchObject({ status: 1, stdout: "" });
    expect(run(["report", cut]).stderr).toMatch(/^memprof: \S+cut.rec: the recording is cut short/);
    writeFileSync(cut, "something\n");
    expect(run(["report", cut]).stderr).toMatch(
      /expected a recording of memprof, or a trace: .*found "something"/,
    );
    expect(run(["report", join(directory, "none")]).stderr).toMatch(/there is no such recording/);
  });
});

describe("memprof", () => {
  it("tells which tracers work", () => {
    const { status, stdout } = run(["doctor"]);
    expect(status).toBe(untraced ? 1 : 0);
    expect(stdout.split("\n").filter((line) => /^\S+ +(?:yes|no) /.test(line))).toHaveLength(5);
  });

  it("has help and a version", () => {
    expect(run(["--help"]).stdout).toMatch(/^Usage: memprof VERB/);
    expect(run(["record", "--help"]).stdout).toContain("--backend NAME");
    expect(run(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
