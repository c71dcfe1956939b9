import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { importPprof, type Metric, type Recording } from "dtrace-tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace } from "./memprof.ts";

const place = new Workplace();
afterAll(() => place.remove());
beforeAll(async () => {
  await place.record("before.rec", ["grow;main;load 900000", "grow;main;parse;sysmalloc;brk 100000"]);
  await place.record("after.rec", ["grow;main;load 300000", "grow;main;print 50000"]);
  place.write("trace.folded", "grow;main;load 7\ngrow;main 3\n");
});
const read = (name: string) => readFileSync(place.path(name), "utf8");

describe("memprof report", () => {
  it("shows sizes, totals and frames of a recording, and the frames of a trace", () => {
    const { stdout, stderr } = place.run(["report", "before.rec"]);
    expect(stderr).toBe("");
    expect(stdout).toContain(`
  brk() allocation sizes
           value  ------------- Distribution ------------- count
           32768 |                                         0
           65536 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 2
          131072 |                                         0

  Total bytes allocated                                       1000000
  Total number of brk() calls                                       2
`);
    expect(stdout).toMatch(/^ +900000 +90\.0% +900000 +90\.0% {2}load$/m);
    expect(place.run(["report", "trace.folded"]).stdout).toMatch(/^ +10 +100\.0% +3 +30\.0% {2}main$/m);
  });

  it("says of a Node program how its own functions are seen", async () => {
    const shown = async (command: string, metric: Metric): Promise<string> => {
      const facts = ({ totals }: Recording) => ({ metric, processes: [{ pid: 42, command, ...totals }] });
      await place.record("node.rec", ["node;main 1000"], facts);
      return place.run(["report", "node.rec"]).stdout;
    };
    expect(await shown("node", "brk")).toMatch(/\nOf a Node program .*--metric allocations tells .*\n$/);
    expect(await shown("node", "allocations")).not.toContain("Node");
    expect(await shown("grow", "brk")).not.toContain("Node");
  });

  it("does not take the largest size for all that was allocated, where the tracer tells that only", async () => {
    await place.record("massif.rec", ["main;load 1000"], ({ totals }) => ({
      backend: "massif",
      metric: "allocations",
      totals: { ...totals, calls: 0, buckets: new Map() },
    }));
    expect(place.run(["report", "massif.rec"]).stdout).toMatch(/^\n {2}Largest heap, in bytes +1000\n/);
  });

  it("gives all numbers as JSON, of each process too", () => {
    const json = JSON.parse(place.run(["report", "before.rec", "--json"]).stdout) as object;
    const totals = { bytes: 1_000_000, peak: 1_000_000, held: 1_000_000, calls: 2, buckets: { 65536: 2 } };
    expect(json).toMatchObject({ totals, processes: [{ pid: 42, command: "grow", ...totals }] });
    expect((json as { frames: unknown[] }).frames[2]).toEqual({
      name: "load",
      self: 900_000,
      total: 900_000,
    });
  });

  it("writes several files at once, and one to standard output", async () => {
    const outputs = ["--svg", "o.svg", "--html", "o.html", "--pprof", "o.pb.gz", "--speedscope", "o.json"];
    const more = ["--stacks", "s.json", "--markdown", "o.md", "--histogram", "h.svg", "--folded", "-"];
    const title = ["--title", "The <title>"];
    const { stdout } = place.run(["report", "before.rec", ...outputs, ...more, ...title]);
    expect(stdout).toBe("grow;main;load 900000\ngrow;main;parse;sysmalloc;brk 100000\n");
    expect(read("o.svg")).toMatch(/^<\?xml[^]*The &lt;title&gt;[^]*<\/svg>\n$/);
    expect(read("o.html")).toMatch(/^<!doctype html>[^]*The &lt;title&gt;/i);
    const pprof = await importPprof(only(readFileSync(place.path("o.pb.gz"))));
    expect(pprof.profile.total).toBe(1_000_000);
    expect(JSON.parse(read("o.json"))).toMatchObject({ shared: { frames: expect.any(Array) } });
    expect(JSON.parse(read("s.json"))).toBeTypeOf("object");
    expect(read("o.md")).toContain("| 900000 | 90.0% | 900000 | 90.0% | `load` |");
    expect(read("h.svg")).toMatch(/<svg[^]*65,536 and more: 2/);
    expect(existsSync(place.path("o.svg.part"))).toBe(false);
  });

  it("chooses stacks: those with a frame, from a frame on, from the leaf, without the allocator", () => {
    const folded = (...options: string[]) =>
      place.run(["report", "before.rec", "--folded", "-", ...options]).stdout;
    expect(folded("--filter", "^par")).toBe("grow;main;parse;sysmalloc;brk 100000\n");
    expect(folded("--focus", "^main$", "--filter", "load")).toBe("main;load 900000\n");
    expect(folded("--invert", "--filter", "load")).toBe("load;main;grow 900000\n");
    expect(folded("--fold-allocator", "--filter", "parse")).not.toContain("sysmalloc");
  });

  it("leaves an older file as it is where the new one cannot be written", () => {
    mkdirSync(place.path("taken.svg.part"));
    place.write("taken.svg", "old");
    const { status, stderr } = place.run(["report", "before.rec", "--svg", "taken.svg"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^memprof: taken\.svg: cannot be written: EISDIR/) as string,
    });
    expect(read("taken.svg")).toBe("old");
  });
});

describe("memprof diff", () => {
  it("names both sides, and says how totals and frames differ", () => {
    const { stdout } = place.run(["diff", "before.rec", "after.rec"]);
    expect(stdout).toContain("before  before.rec: /usr/bin/grow --fast\nafter   after.rec:");
    expect(stdout).toMatch(/^total bytes +1000000 +350000 +-650000 {2}-65\.0%$/m);
    expect(stdout).toMatch(/^ +900000 +300000 +-600000 +-66\.7% +-600000 {2}load$/m);
    expect(stdout).toMatch(/^ +0 +50000 +\+50000 +\S+ +\+50000 {2}print$/m);
  });

  it("writes it as JSON, Markdown, a picture and a page", () => {
    const json = JSON.parse(place.run(["diff", "before.rec", "after.rec", "--json"]).stdout) as object;
    expect(json).toMatchObject({ before: { total: 1_000_000 }, after: { total: 350_000 } });
    const { stdout } = place.run(["diff", "before.rec", "after.rec", "--markdown", "--limit", "1"]);
    expect(stdout).toContain("| total bytes | 976.6 KiB | 341.8 KiB | -65.0% |");
    expect(stdout).not.toContain("`print`");
    const args = ["diff", "before.rec", "after.rec", "--svg", "d.svg", "--html", "d.html"];
    expect(place.run(args)).toMatchObject({ status: 0, stdout: "" });
    for (const name of ["d.svg", "d.html"]) {
      expect(read(name)).toContain("before.rec");
      expect(read(name)).toContain("after.rec");
    }
  });

  it("compares shares where one side ran longer", () => {
    const { stdout } = place.run(["diff", "trace.folded", "after.rec", "--normalise", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ before: { total: 10 }, after: { total: 10 } });
  });
});

describe("memprof convert", () => {
  it("turns traces of other tools into other formats", () => {
    const strace =
      '7 execve("./a", ["./a"], 0x7ffc /* 9 vars */) = 0\n7 brk(NULL) = 0x1000\n7 brk(0x3000) = 0x3000\n';
    place.write("a.log", `${strace}7 +++ exited with 0 +++\n`);
    expect(place.run(["convert", "a.log"]).stdout).toBe("a 8192\n");
    expect(place.run(["convert", "a.log", "--from", "strace", "--to", "svg"]).stdout).toMatch(/^<\?xml/);
    expect(place.run(["convert", "before.rec", "--to", "folded", "-o", "c.folded"]).stdout).toBe("");
    expect(read("c.folded")).toContain("grow;main;load 900000\n");
  });

  it("says what is wrong with a file that is cut short, of another format, or of none", () => {
    const whole = read("before.rec");
    place.write("cut.rec", whole.slice(0, -6));
    place.write("none.txt", "something\n");
    place.write("empty", "");
    const said = (...args: string[]) => place.run(["convert", ...args]).stderr;
    expect(said("cut.rec")).toMatch(/^memprof: cut\.rec: the recording is cut short/);
    expect(said("none.txt")).toMatch(
      /^memprof: none\.txt: expected a recording of memprof, or a trace: .*"something"/,
    );
    expect(said("empty")).toMatch(/^memprof: empty: .*empty/);
    expect(said(".")).toMatch(/^memprof: \.: cannot be read: EISDIR/);
    expect(said("trace.folded", "--from", "perf")).toMatch(
      /^memprof: trace\.folded: no stack is in it: 2 lines are not perf/,
    );
    expect(said("trace.folded", "--to", "histogram")).toMatch(
      /a histogram needs a recording, this is a trace/,
    );
  });
});

describe("memprof view", () => {
  it("serves the page on this machine until it is interrupted", async () => {
    const child = place.start(["view", "before.rec", "after.rec", "--serve"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
    const url = line.toString().trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    const page = await response.text();
    expect(page).toContain("before.rec");
    expect(page).toContain("after.rec");
    expect((await fetch(`${url}other`)).status).toBe(404);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([0, null]);
  });

  it("opens the page as a file where there is a screen", () => {
    const opener = process.platform === "darwin" ? "open" : "xdg-open";
    mkdirSync(place.path("bin"));
    place.write(`bin/${opener}`, '#!/bin/sh\ncp "$1" seen.html && rm "$1"\n');
    chmodSync(place.path(`bin/${opener}`), 0o755);
    const environment = { PATH: `${place.path("bin")}:${process.env["PATH"] ?? ""}`, DISPLAY: ":0" };
    expect(place.run(["view", "before.rec"], environment)).toMatchObject({ status: 0, stdout: "" });
    expect(read("seen.html")).toContain("sysmalloc");
  });
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
