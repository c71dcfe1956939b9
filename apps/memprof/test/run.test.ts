import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import { bin, usable, withoutStrace, Workplace } from "./memprof.ts";
import { runOnTerminal } from "./terminal.ts";

const place = new Workplace();
afterAll(() => place.remove());
const strace = ["--backend", "strace"];

describe.skipIf(withoutStrace !== "")(`memprof run${withoutStrace}`, () => {
  it("leaves standard output to the command, and shows the rest beside it", () => {
    const { status, stdout, stderr } = place.run([
      "run",
      ...strace,
      "-o",
      "kept.rec",
      "sh",
      "-c",
      "echo data; exit 4",
    ]);
    expect([status, stdout]).toEqual([4, "data\n"]);
    expect(stderr).toMatch(/^\n {2}brk\(\) allocation sizes\n[^]*Total bytes allocated[^]*total bytes/);
    expect(place.run(["report", "kept.rec"]).stdout).toBe(stderr);
  });

  it("gives what is asked for on standard output, after the command's own", () => {
    const { stdout } = place.run(["run", ...strace, "--folded", "-", "sh", "-c", "echo data"]);
    expect(stdout).toMatch(/^data\nsh \d+\n$/);
    const json = JSON.parse(place.run(["run", ...strace, "--json", "--", "true"]).stdout) as object;
    expect(json).toMatchObject({ command: ["true"], backend: "strace", exit: { code: 0 } });
  });

  it("finds out before the command runs that a file cannot be written", () => {
    for (const verb of [
      ["run", "--svg", "no/out.svg"],
      ["check", "--total", "1M", "--junit", "no/out.xml"],
    ]) {
      const { status, stderr } = place.run([...verb, "--", "touch", "ran"]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^memprof: no\/out\.\w+: cannot be written: ENOENT/);
    }
    expect(existsSync(place.path("ran"))).toBe(false);
  });

  it("shows what was seen though it cannot be kept, and writes to a device, which stays one", ({ skip }) => {
    skip(!existsSync("/dev/full"), "needs /dev/full");
    for (const device of ["full", "null"]) symlinkSync(`/dev/${device}`, place.path(device));
    const full = place.run(["run", ...strace, "-o", "full", "--", "ls"]);
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(
      /Total number of brk\(\) calls[^]*\nmemprof: \S+\/full: cannot be written: ENOSPC.*\n$/,
    );
    expect(place.run(["run", ...strace, "-o", "null", "--svg", "null", "--", "true"]).status).toBe(0);
    for (const device of ["full", "null"]) {
      expect(lstatSync(place.path(device)).isSymbolicLink()).toBe(true);
      expect(statSync(place.path(device)).isCharacterDevice()).toBe(true);
    }
  });

  it("shows no histogram where nothing grew", () => {
    const { stderr } = place.run(["run", ...strace, "--", "true"]);
    expect(stderr).toMatch(/^\n {2}Total bytes allocated +0\n {2}Total number of brk\(\) calls +0\n/);
  });

  it("ends as the command did though nobody reads any more", () => {
    const script = '{ "$1" "$2" run --backend strace --folded - -- sh -c "exit 5"; echo $? >&2; } | true';
    const { stderr } = spawnSync("sh", ["-c", script, "sh", process.execPath, bin], {
      encoding: "utf8",
      cwd: place.directory,
    });
    expect(stderr).toBe("5\n");
  });
});

describe.skipIf(withoutStrace !== "")(`a command that behaves badly${withoutStrace}`, () => {
  const record = (...command: string[]) =>
    place.run(["record", ...strace, "-o", "bad.rec", "--", ...command]);
  const report = () =>
    JSON.parse(place.run(["report", "bad.rec", "--json"]).stdout) as {
      exit: object;
      processes: { command: string }[];
      totals: { bytes: number; calls: number };
      partial: string | null;
    };

  it("is said to be missing, and nothing is kept", () => {
    expect(record("no-such-program").stderr).toBe(
      "memprof: no-such-program: no such program in PATH; check its name or give its path\n",
    );
    expect(record("./none").stderr).toBe("memprof: ./none: cannot be run: there is no such file\n");
    place.write("plain", "text");
    expect(record("./plain")).toMatchObject({ status: 1 });
    expect(existsSync(place.path("bad.rec"))).toBe(false);
  });

  it("is recorded where it exits at once, and where it is killed", () => {
    expect(record("true")).toMatchObject({ status: 0, stdout: "" });
    expect(report()).toMatchObject({ exit: { code: 0 }, partial: null });
    expect(record("sh", "-c", "kill -KILL $$")).toMatchObject({ signal: "SIGKILL" });
    expect(report()).toMatchObject({
      exit: { code: null, signal: "SIGKILL" },
      partial: null,
      processes: [{ command: "sh" }],
    });
  });

  it("is recorded to its last call where it is killed after it", () => {
    const grows = "awk 'BEGIN { for (i = 0; i < 20000; i++) a[i] = i }'";
    record("sh", "-c", `${grows}; true`);
    const { bytes } = report().totals;
    expect(bytes).toBeGreaterThan(500_000);
    record("sh", "-c", `${grows}; kill -INT $$`);
    expect(report()).toMatchObject({ exit: { signal: "SIGINT" }, totals: { bytes }, partial: null });
  });

  it("is recorded with each of a thousand children", () => {
    const script = "i=0; while [ $i -lt 1000 ]; do (:); i=$((i + 1)); done";
    expect(record("sh", "-c", script)).toMatchObject({ status: 0, stdout: "" });
    expect(report().processes).toHaveLength(1001);
    const shown = place.run(["report", "bad.rec"]).stdout;
    expect(shown).toMatch(/^and 981 more$/m);
  });

  it("writes gigabytes past memprof, whose memory they do not touch", async () => {
    const size = 2 * 1024 ** 3;
    const script = `head -c ${size} /dev/zero`;
    const child = place.start(["record", ...strace, "-o", "bad.rec", "--", "sh", "-c", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let passed = 0;
    let zeros = true;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      passed += chunk.length;
      zeros &&= chunk[0] === 0 && chunk.at(-1) === 0;
    }
    expect([passed, zeros]).toEqual([size, true]);
    if (child.exitCode === null) await once(child, "close");
    expect(child.exitCode).toBe(0);
  });

  it("keeps the part that was recorded where its tracer dies, and marks it", async () => {
    const script = "echo ready; read line; exit 0";
    const child = place.start(["record", ...strace, "-o", "part.rec", "--", "sh", "-c", script], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    await once(child.stdout as NodeJS.ReadableStream, "data");
    const [tracer] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ");
    const said = text(child.stderr as NodeJS.ReadableStream);
    process.kill(Number(tracer), "SIGKILL");
    child.stdin?.end();
    await once(child, "close");
    expect(await said).toMatch(/memprof: partial: /);
    const kept = JSON.parse(place.run(["report", "part.rec", "--json"]).stdout) as { partial: string };
    expect(kept.partial).toMatch(/strace ended before the command did/);
  });
});

describe.skipIf(withoutStrace !== "")(`memprof top${withoutStrace}`, () => {
  it("shows how things stand while the command runs, and ends as it did", async () => {
    const script = "echo said; read line; exit 6";
    const args = ["top", "--backend", "strace", "--interval", "0.05", "--", "sh", "-c", script];
    const child = place.start(args, { stdio: ["pipe", "pipe", "pipe"] });
    const said = text(child.stderr as NodeJS.ReadableStream);
    const ended = once(child, "close");
    let shown = "";
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      shown += chunk.toString();
      // It is seen while the command waits.
      if (shown.split("heap ").length === 3) child.stdin?.end("\n");
    }
    expect(await ended).toEqual([6, null]);
    expect(await said).toBe("said\n");
    expect(shown).toMatch(
      /^heap \d[^\n]* largest \d[^\n]* grown \d[^\n]*\ncalls \d+ +resident \d[^\n]* processes 1\n/,
    );
    expect(shown).toMatch(/^ +[\d.]+ KiB +[\d.]+ KiB {2}sh$/m);
  });

  it("refuses tracers that tell nothing before the end", () => {
    expect(place.run(["top", "--backend", "perf", "--", "true"]).stderr).toMatch(
      /perf cannot be used: it tells nothing before the command has ended/,
    );
  });

  it("draws over itself on a terminal, and ends lines where it does", ({ skip }) => {
    const long = place.path(`l${"o".repeat(100)}ng`);
    spawnSync("cp", ["/bin/sh", long]);
    const command = [process.execPath, bin, "top", "--backend", "strace", "--", long, "-c", ":"];
    const shown = runOnTerminal(command, { cwd: place.directory, columns: 60 });
    if (shown === undefined) return skip("python3 is needed to open a terminal");
    const home = "\u001B[H\u001B[J";
    expect(shown).toContain(`${home}heap`);
    expect(shown).toMatch(/ {2}lo+…\r?$/m);
    const widths = shown
      .replaceAll(home, "")
      .split("\r\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBe(60);
  });
});

describe.skipIf(withoutStrace !== "")(`an interrupt from the terminal${withoutStrace}`, () => {
  it("reaches the command once, though its input is a pipe, and the recording is kept", ({ skip }) => {
    place.write(
      "target.mjs",
      `let count = 0;
process.on("SIGINT", () => process.stdout.write(\`interrupt \${++count}\\n\`));
process.stdout.write("ready\\n");
setTimeout(() => process.exit(4), 1000);
`,
    );
    const record =
      'trap : INT; echo | "$0" "$1" record --backend strace -o int.rec -- "$0" target.mjs; echo "status $?"';
    const shown = runOnTerminal(["sh", "-c", record, process.execPath, bin], {
      cwd: place.directory,
      interruptAt: "ready",
    });
    if (shown === undefined) return skip("python3 is needed to open a terminal");
    expect(shown).toMatch(/^ready\r\n\^Cinterrupt 1\r\nmemprof: recorded by strace in \S+\r\nstatus 4\r\n$/);
  });
});

it.skipIf(!usable.includes("massif"))(
  "tells no number of calls where the tracer has none (needs valgrind)",
  () => {
    const { status, stderr } = place.run(["run", "--backend", "massif", "--", "/bin/ls", "/"]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^ {2}Largest heap, in bytes +[1-9]/m);
    expect(stderr).not.toContain("Total number of allocations");
  },
);
