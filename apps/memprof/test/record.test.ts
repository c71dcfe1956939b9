import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it, vi } from "vitest";
import { tracers, usable, withoutStrace, Workplace } from "./memprof.ts";

const place = new Workplace();
afterAll(() => place.remove());
const note = usable.length === 0 ? " (skipped: no tracer can be used here)" : "";

describe("memprof record", () => {
  for (const name of tracers) {
    const record = ["record", "-o", "run.rec", "--backend", name, "--", "sh", "-c"];

    it(`passes input, output and status through under ${name}`, () => {
      const script = "cat; echo problem >&2; exit 7";
      const { status, stdout, stderr } = place.run([...record, script], {}, "data\n");
      expect([status, stdout]).toEqual([7, "data\n"]);
      expect(stderr).toBe(`problem\nmemprof: recorded by ${name} in ${place.path("run.rec")}\n`);
      expect(existsSync(place.path("run.rec.part"))).toBe(false);
    });

    it(`ends by the signal that ended the command under ${name}`, () => {
      const { signal, stderr } = place.run([...record, "kill -TERM $$"]);
      expect(signal).toBe("SIGTERM");
      expect(stderr).toContain(`recorded by ${name}`);
    });

    it(`passes signals on to the command under ${name}`, async () => {
      const script = 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.05; done';
      const child = place.start([...record, script], { stdio: ["ignore", "pipe", "ignore"] });
      let output = "";
      child.stdout?.setEncoding("utf8");
      child.stdout?.on("data", (text: string) => {
        output += text;
        if (text.includes("ready")) child.kill("SIGINT");
      });
      expect(await once(child, "close")).toEqual([9, null]);
      expect(output).toBe("ready\ncaught\n");
    });
  }

  it.skipIf(note !== "")(`works without --, and leaves the command's options to it${note}`, () => {
    const command = ["sh", "-c", "exit 2", "-o", "x", "--"];
    expect(place.run(["record", "-o", "run.rec", ...command]).status).toBe(2);
    const { stdout } = place.run(["report", "run.rec", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ command });
  });

  it("finds out before the command runs that the recording cannot be kept", () => {
    const cases: [string, RegExp][] = [
      ["no/file", /^memprof: \S+\/no\/file: cannot be written: ENOENT.*; see memprof record --help\n$/],
      [".", /^memprof: \S+: expected a file to write, found a directory/],
    ];
    for (const [file, message] of cases) {
      const { status, stdout, stderr } = place.run(["record", "-o", file, "--", "touch", "ran"]);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(message);
    }
    expect(existsSync(place.path("ran"))).toBe(false);
  });

  it.skipIf(withoutStrace !== "")(
    `watches a process that runs already, which goes on when that ends${withoutStrace}`,
    async () => {
      const grows = "awk 'BEGIN { for (i = 0; i < 20000; i++) a[i] = i }'";
      const target = spawn("sh", ["-c", `read line; ${grows}; echo grown; read line; echo "$line"; exit 3`], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const watcher = place.start(
        ["record", "-o", "pid.rec", "--backend", "strace", "--pid", String(target.pid)],
        { stdio: "ignore" },
      );
      const status = () => readFileSync(`/proc/${target.pid}/status`, "utf8");
      await vi.waitFor(() => expect(status()).toMatch(/^TracerPid:\t[1-9]/m), { timeout: 30_000 });
      target.stdin.write("\n");
      expect(String(await once(target.stdout, "data"))).toBe("grown\n");
      watcher.kill("SIGINT");
      expect(await once(watcher, "close")).toEqual([0, null]);
      target.stdin.end("still here\n");
      expect(String(await once(target.stdout, "data"))).toBe("still here\n");
      expect(await once(target, "close")).toEqual([3, null]);
      const json = JSON.parse(place.run(["report", "pid.rec", "--json"]).stdout) as {
        processes: { command: string; bytes: number }[];
      };
      expect(json.processes.find(({ command }) => command === "awk")?.bytes).toBeGreaterThan(500_000);
    },
  );

  it("says that there is no process to watch", () => {
    expect(place.run(["record", "-p", "999999999"]).stderr).toBe(
      "memprof: process 999999999: there is no such process\n",
    );
  });
});
