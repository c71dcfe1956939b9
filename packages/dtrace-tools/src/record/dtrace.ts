import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TracerError } from "../errors.ts";
import { importDtrace } from "../import/dtrace.ts";
import type { Imported } from "../import/imported.ts";
import { script } from "../scripts.ts";
import { type Availability, type Backend, type Traced, type TraceRequest, unusable } from "./backend.ts";
import { findProgram } from "./find-program.ts";
import { ended, killChildOf, run } from "./processes.ts";

const PROGRAM = "dtrace";

/** DTrace itself, with this package's D scripts. */
export const dtraceBackend: Backend = {
  name: "dtrace",
  metrics: ["brk"],
  attaches: false,
  available: probe,
  trace,
};

/** dtrace does not pass the target's exit status on, so a clause of its own tells it. */
const STATUS_CLAUSE = `
syscall::rexit:entry, syscall::exit:entry
/pid == $target/
{
	printf("target exit status %d\\n", (int)arg0);
}
`;

async function probe(): Promise<Availability> {
  if (findProgram(PROGRAM) === undefined) return unusable("dtrace", "this system has no dtrace");
  const tried = await run(PROGRAM, ["-l", "-n", "syscall::brk:entry,syscall::break:entry", "-Z"]);
  if (tried.code !== 0) {
    const [line = "it failed"] = tried.stderr.trim().split("\n");
    return unusable("dtrace", line, process.getuid?.() === 0 ? undefined : "run as root");
  }
  if (!/\b(?:brk|break)\b.*entry/.test(tried.stdout))
    return unusable("dtrace", "this system has no brk system call to trace");
  const { stdout } = await run(PROGRAM, ["-V"]);
  return {
    name: "dtrace",
    usable: true,
    version: stdout.trim().replace(/^dtrace: /, ""),
    note: "sizes and stacks at little cost",
  };
}

async function trace(request: TraceRequest): Promise<Traced> {
  const { directory } = request;
  const output = join(directory, "dtrace.out");
  // `dtrace -c` splits its argument at blanks, so that arguments with blanks need a file.
  const launcher = join(directory, "target");
  await writeFile(launcher, `#!/bin/sh\nexec ${request.command.map(quote).join(" ")}\n`, { mode: 0o700 });
  const bytes = join(directory, "brkbytes.d");
  const sizes = join(directory, "brkquantize.d");
  await writeFile(bytes, script("brkbytes.d") + STATUS_CLAUSE);
  await writeFile(sizes, script("brkquantize.d"));
  const dtrace = spawn(PROGRAM, ["-q", "-s", bytes, "-s", sizes, "-o", output, "-c", launcher], {
    cwd: request.cwd,
    env: request.env,
    stdio: request.stdio,
  });
  request.onStart({ kill: (signal) => killChildOf(dtrace.pid, signal) });
  const { code } = await ended(dtrace);
  if (code !== 0) throw new TracerError(`dtrace failed with status ${code ?? "unknown"}`, "");
  const status = { code: undefined as number | undefined };
  const imported = withTotals(await importDtrace(watchStatus(createReadStream(output), status)));
  const told = status.code === undefined ? ["dtrace did not tell how the target ended"] : [];
  return {
    exit: { code: status.code, signal: undefined },
    imported: { ...imported, warnings: [...imported.warnings, ...told] },
  };
}

/** Takes the totals from what brkquantize.d printed; it tells neither peak nor processes. */
function withTotals(imported: Imported): Imported {
  const totals = {
    bytes: imported.sums?.get("Total bytes allocated") ?? 0,
    calls: imported.sums?.get("Total number of brk() calls") ?? 0,
    released: 0,
    peak: undefined,
    held: undefined,
    buckets: imported.distributions?.get("brk() allocation sizes") ?? new Map<number, number>(),
  };
  return { ...imported, heap: { totals, processes: [] } };
}

async function* watchStatus(
  input: AsyncIterable<Uint8Array>,
  status: { code: number | undefined },
): AsyncGenerator<Uint8Array> {
  let tail = "";
  for await (const chunk of input) {
    tail = tail.slice(-64) + Buffer.from(chunk).toString("latin1");
    const found = /target exit status (\d+)\n/.exec(tail)?.[1];
    if (found !== undefined) status.code = Number(found);
    yield chunk;
  }
}

function quote(argument: string): string {
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
