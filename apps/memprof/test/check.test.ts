import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { withoutStrace, Workplace } from "./memprof.ts";

const place = new Workplace();
afterAll(() => place.remove());
const read = (name: string) => readFileSync(place.path(name), "utf8");
const strace = ["--backend", "strace"];
/** Grows its heap by some steps of the C library. */
const GROWS = ["sh", "-c", "echo said; : a"];

describe.skipIf(withoutStrace !== "")(`memprof check${withoutStrace}`, () => {
  it("compares a command with budgets; the status is 3 where one is exceeded", () => {
    const kept = ["check", ...strace, "--total", "16MiB", "--peak", "16 MiB", "--calls", "100"];
    const good = place.run([...kept, "--", ...GROWS]);
    expect(good).toMatchObject({ status: 0, stderr: "said\n" });
    expect(good.stdout).toMatch(/^sh -c echo said; : a\n {2}ok {4}total: .* within the budget of 16\.0 MiB/);
    expect(good.stdout).toMatch(/^3 of 3 budgets kept$/m);
    const bad = place.run(["check", ...strace, "--total", "1k", "--calls", "100", "--", ...GROWS]);
    expect(bad.status).toBe(3);
    expect(bad.stdout).toMatch(/^ {2}over {2}total: .* more than the budget of 1\.0 KiB/m);
    expect(bad.stdout).toMatch(/^1 of 2 budgets kept$/m);
  });

  it("weighs what is under frames that match", () => {
    const check = (budget: string) =>
      place.run(["check", ...strace, "--frame", budget, "--", ...GROWS]).status;
    expect([check("^sh$=1k"), check("^other$=1k"), check("^sh$=16M")]).toEqual([3, 0, 0]);
  });

  it("writes verdicts as JUnit's tests and as annotations", () => {
    const budgets = ["--total", "1k", "--calls", "100"];
    const args = [
      "check",
      ...strace,
      ...budgets,
      "--junit",
      "out.xml",
      "--github",
      "--",
      "sh",
      "-c",
      ": '<,'",
    ];
    const { stdout } = place.run(args);
    expect(stdout).toMatch(/^::error title=memory of sh -c %3A '<%2C'::total%3A .*budget of 1\.0 KiB/m);
    expect(read("out.xml")).toMatch(/<testsuite name="sh -c : '&lt;,'" tests="2" failures="1" errors="0"/);
    expect(read("out.xml")).toMatch(
      /name="total"><failure message="total: [^"]*"\/><\/testcase>\n.*name="calls"\/>/,
    );
  });

  it("stores baselines, and compares growth with them beyond the noise", () => {
    const grows = (size: number) => ["--", "awk", `BEGIN { for (i = 0; i < ${size}; i++) a[i] = i }`];
    const check = (...args: string[]) => place.run(["check", ...strace, "--growth", "10%", ...args]);
    const fresh = check(...grows(20_000));
    expect(fresh.status).toBe(0);
    expect(fresh.stderr).toMatch(
      /no baseline in .*memprof\.baseline\.json to compare with; --update-baseline/,
    );
    expect(check("--update-baseline", "--repeats", "2", ...grows(20_000)).status).toBe(0);
    const stored = JSON.parse(read("memprof.baseline.json")) as Record<string, { total: number }>;
    const [name = "", { total = 0 } = {}] = Object.entries(stored)[0] ?? [];
    expect(total).toBeGreaterThan(500_000);
    expect(check(...grows(20_000)).status).toBe(0);
    // The same command, which needed less when the baseline was stored.
    place.write(
      "memprof.baseline.json",
      JSON.stringify({ [name]: { total: total / 2, peak: null, spread: 0 } }),
    );
    const grown = check(...grows(20_000));
    expect(grown.status).toBe(3);
    expect(grown.stdout).toMatch(/over {2}growth of total: .*before\)/);
    // What is as far apart as the runs were is noise.
    place.write(
      "memprof.baseline.json",
      JSON.stringify({ [name]: { total: total / 2, peak: null, spread: total } }),
    );
    expect(check(...grows(20_000)).status).toBe(0);
    place.write("memprof.baseline.json", '{"x": 1}');
    expect(check(...grows(20_000)).stderr).toMatch(
      /expected baselines, as check --update-baseline writes them; found x: 1/,
    );
    place.write("memprof.baseline.json", "{}");
  });

  it("runs the commands of the configuration, or those that are named, as often as told", () => {
    const one = { backend: "strace", budgets: { total: "16 MiB" } };
    const commands = {
      twice: { ...one, command: ["sh", "-c", "echo run >>runs"], repeats: 2 },
      small: { ...one, command: ["sh", "-c", ":"], budgets: { peak: 1 } },
    };
    place.write("memprof.config.json", JSON.stringify({ commands }));
    expect(place.run(["check", "twice"])).toMatchObject({ status: 0, stderr: "" });
    expect(read("runs")).toBe("run\nrun\n");
    const all = place.run(["check"]);
    expect(all.status).toBe(3);
    expect(all.stdout).toMatch(/^twice: sh -c echo run >>runs\n {2}ok[^]*^small: sh -c :\n {2}over/m);
    expect(place.run(["check", "smal"]).stderr).toMatch(
      /expected one of twice, small, found smal; did you mean small/,
    );
    place.write("package.json", JSON.stringify({ memprof: { commands: { own: commands.twice } } }));
    place.write("memprof.config.json", "{");
    expect(place.run(["check"]).stderr).toMatch(/^memprof: \S+memprof\.config\.json: /);
    expect(place.run(["check", "--config", "package.json"]).stderr).toMatch(
      /package\.json: commands: expected an object/,
    );
  });

  it("finds its configuration in package.json too, and keeps the baseline beside it", () => {
    const other = new Workplace();
    const own = { backend: "strace", command: ["sh", "-c", ":"], budgets: { total: "16 MiB" } };
    other.write("package.json", JSON.stringify({ name: "x", memprof: { commands: { own } } }));
    expect(other.run(["check", "own", "--update-baseline"])).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(other.path("memprof.baseline.json"), "utf8"))).toHaveProperty("own.total");
    other.remove();
  });

  it("tells a command that fails, is missing or is interrupted from one that is too large", async () => {
    const failing = place.run([
      "check",
      ...strace,
      "--total",
      "1M",
      "--junit",
      "-",
      "--",
      "sh",
      "-c",
      "exit 4",
    ]);
    expect(failing.status).toBe(1);
    expect(failing.stdout).toMatch(/fail {2}the command ended with status 4, expected status 0/);
    expect(failing.stdout).toMatch(/errors="1"[^]*<error message="the command ended/);
    const missing = place.run(["check", ...strace, "--total", "1M", "--", "no-such-program"]);
    expect(missing.status).toBe(1);
    expect(missing.stdout).toMatch(/fail {2}no-such-program: no such program in PATH/);
    const script = 'echo ready >&2; trap "exit 9" TERM; while :; do sleep 0.05; done';
    const child = place.start(["check", ...strace, "--total", "1M", "--", "sh", "-c", script], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    await once(child.stderr ?? child, "data");
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([null, "SIGTERM"]);
  });
});

describe("memprof.config.json", () => {
  it("is refused where a part of it makes no sense, before anything runs", async () => {
    const command = ["touch", "ran"];
    const cases: [unknown, string][] = [
      [[], "the configuration: expected an object, found []"],
      [{ commands: { a: { command, budgets: {}, bugdet: 1 } } }, "a: expected command, metric"],
      [
        { commands: { a: { command: "touch", budgets: {} } } },
        'a.command: expected a program and its arguments, found "touch"',
      ],
      [{ commands: { a: { command, metric: "x", budgets: {} } } }, "a.metric: expected one of brk"],
      [{ commands: { a: { command, backend: "x", budgets: {} } } }, "a.backend: expected one of dtrace"],
      [{ commands: { a: { command, fine: 1, budgets: {} } } }, "a.fine: expected true or false, found 1"],
      [
        { commands: { a: { command, repeats: 0, budgets: {} } } },
        "a.repeats: expected a whole number from 1, found 0",
      ],
      [{ commands: { a: { command } } }, "a.budgets: expected an object, found nothing"],
      [{ commands: { a: { command, budgets: { totl: 1 } } } }, 'found "totl"'],
      [{ commands: { a: { command, budgets: { total: "big" } } } }, "a.budgets.total: expected a size"],
      [
        { commands: { a: { command, budgets: { calls: "9" } } } },
        'a.budgets.calls: expected a whole number, found "9"',
      ],
      [
        { commands: { a: { command, budgets: { frames: { "(": 1 } } } } },
        "a.budgets.frames: Invalid regular",
      ],
      [
        { commands: { a: { command, budgets: { growth: "5 percent" } } } },
        "a.budgets.growth: expected a size",
      ],
      [{ commands: {}, baseline: 1 }, "baseline: expected a file name, found 1"],
    ];
    for (const [config, message] of cases) {
      const bad = place.path(place.write("bad.json", JSON.stringify(config)));
      const problem = (await readConfig(bad).catch((error: unknown) => error)) as Error;
      expect(problem.message).toContain(message);
      expect(problem.message).toMatch(/^\S*bad\.json: [^\n]*$/);
    }
    const { status, stderr } = place.run(["check", "--config", "bad.json"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^memprof: bad\.json: baseline: expected a file name, found 1\n$/);
    expect(existsSync(place.path("ran"))).toBe(false);
  });

  it("is written by init, which leaves one that is there as it is", () => {
    const other = new Workplace();
    expect(other.run(["init", "--", "node", "-e", "0"])).toMatchObject({ status: 0 });
    const config = JSON.parse(readFileSync(other.path("memprof.config.json"), "utf8")) as unknown;
    expect(config).toMatchObject({ commands: { main: { command: ["node", "-e", "0"] } } });
    other.write("memprof.config.json", "mine");
    expect(other.run(["init"]).stderr).toMatch(
      /memprof\.config\.json is there already; it was left as it is/,
    );
    expect(readFileSync(other.path("memprof.config.json"), "utf8")).toBe("mine");
    other.remove();
  });
});
