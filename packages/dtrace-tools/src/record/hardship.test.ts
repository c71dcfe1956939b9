import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Recording } from "../recording.ts";
import type { BackendName } from "./backend.ts";
import { available } from "./choose.ts";
import { record } from "./record.ts";
import { isAlive } from "./running-process.ts";

const tracers = await available();
const usable = (name: BackendName): boolean =>
  tracers.some((tracer) => tracer.name === name && tracer.usable);
const shell = (script: string): string[] => ["/bin/sh", "-c", script];

/** The processes below one, children first told, by number and name. */
function below(pid: number): { pid: number; name: string }[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ");
  return children
    .filter((child) => child !== "")
    .flatMap((child) => {
      try {
        const name = readFileSync(`/proc/${child}/comm`, "latin1").trim();
        return [{ pid: Number(child), name }, ...below(Number(child))];
      } catch {
        // It has ended in between.
        return [];
      }
    });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("a recording", () => {
  it.for(["perf", "strace", "bpftrace"] as const)(
    "is kept and marked partial when %s dies",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}`);
      // Ends by itself, should it be left alone, which no tracer's death must wait for.
      const target = "7.25";
      const running: number[] = [];
      const recording = await record(["sleep", target], {
        backend,
        stdio: "ignore",
        onStart: (handle) => {
          void (async () => {
            const isTarget = ({ name }: { name: string }): boolean => name === "sleep";
            await until(() => below(process.pid).some(isTarget));
            const all = below(process.pid);
            running.push(...all.filter(isTarget).map(({ pid }) => pid));
            for (const { pid, name } of all) if (name === backend) process.kill(pid, "SIGKILL");
            if (backend !== "strace") handle.kill("SIGTERM");
          })();
        },
      });
      expect(recording.partial).toMatch(
        new RegExp(`^${backend} (?:was ended by SIGKILL|ended before the command)`),
      );
      expect(recording.backend).toBe(backend);
      // What strace has left runs on.
      for (const pid of running.filter(isAlive)) process.kill(pid, "SIGKILL");
    },
  );

  it.for(["perf", "strace", "bpftrace"] as const)(
    "of a command that forks 1,000 times by %s tells the processes apart",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}`);
      const script = "i=0; while [ $i -lt 1000 ]; do (:); i=$((i + 1)); done; exit 7";
      const recording = await record(shell(script), { backend, stdio: "ignore" });
      expect(recording.exit).toEqual({ code: 7, signal: undefined });
      expect(recording.processes).toHaveLength(1001);
      const sum = recording.processes.reduce((bytes, one) => bytes + one.bytes, 0);
      expect(sum).toBe(recording.totals.bytes);
      // Memory that a child shares with its parent counts once.
      expect(recording.totals.peak).toBeLessThan(10_000_000);
      expect(recording.partial).toBeUndefined();
    },
  );

  it.for(["perf", "strace"] as const)(
    "by %s is not in the way of a command that writes gigabytes",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}`);
      const recording = await record(["head", "-c", "3000000000", "/dev/zero"], { backend, stdio: "ignore" });
      expect(recording.exit.code).toBe(0);
      expect(recording.totals.bytes).toBeLessThan(10_000_000);
    },
  );

  it.for(["perf", "strace"] as const)(
    "by %s of a command that is killed has what came before",
    async (backend, { skip }) => {
      skip(!usable(backend), `needs ${backend}`);
      const grow = `"$0" -e "const kept = Buffer.alloc(50e6, 1); process.kill(process.pid, 'SIGKILL')"`;
      const command = ["/bin/sh", "-c", `exec ${grow}`, process.execPath];
      const recording: Recording = await record(command, { backend, metric: "heap", stdio: "ignore" });
      expect(recording.exit.signal).toBe("SIGKILL");
      expect(recording.totals.bytes).toBeGreaterThan(50_000_000);
    },
  );
});
