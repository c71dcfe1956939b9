import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough, pipeline, Readable } from "node:stream";
import { TraceFormatError, TracerError } from "../errors.ts";
import { emptySums } from "../heap/sums.ts";
import { importHeaptrack } from "../import/heaptrack.ts";
import type { Imported } from "../import/imported.ts";
import { Profile } from "../profile/profile.ts";
import { prefixed } from "../profile/transform.ts";
import { type Availability, type Backend, type Traced, type TraceRequest, unusable } from "./backend.ts";
import { openFifo } from "./fifo.ts";
import { findProgram } from "./find-program.ts";
import { ended, gather, run } from "./processes.ts";

const PROGRAM = "heaptrack";
const NOTHING: Imported = {
  profile: new Profile("bytes"),
  heap: { totals: emptySums(), processes: [] },
  lost: 0,
  warnings: [],
};

/** heaptrack's library, which sees every call of malloc and free. */
export const heaptrackBackend: Backend = {
  name: "heaptrack",
  metrics: ["allocations"],
  attaches: false,
  available: probe,
  trace,
};

interface Parts {
  /** The library that is loaded into the command. */
  readonly library: string;
  /** The program that finds names for the addresses which the library writes. */
  readonly interpreter: string;
}

async function probe(): Promise<Availability> {
  if (process.platform !== "linux") {
    return unusable("heaptrack", `heaptrack is for Linux, this is ${process.platform}`);
  }
  const program = findProgram(PROGRAM);
  if (program === undefined) {
    return unusable("heaptrack", "heaptrack is not installed", "apt-get install heaptrack");
  }
  if (partsOf(program) === undefined) {
    return unusable("heaptrack", `its library is not where it is expected, beside ${program}`);
  }
  const { stdout } = await run(program, ["--version"]);
  return {
    name: "heaptrack",
    usable: true,
    version: /(\d+\.\d+\S*)/.exec(stdout)?.[1] ?? "unknown",
    note: "every allocation with its stack; 3 to 5 times slower; children are not followed",
  };
}

function partsOf(program: string): Parts | undefined {
  const root = dirname(dirname(realpathSync(program)));
  for (const lib of ["lib", "lib64"]) {
    const library = join(root, lib, "heaptrack", "libheaptrack_preload.so");
    const interpreter = join(root, lib, "heaptrack", "libexec", "heaptrack_interpret");
    if (existsSync(library) && existsSync(interpreter)) return { library, interpreter };
  }
  return undefined;
}

async function trace(request: TraceRequest): Promise<Traced> {
  const parts = partsOf(findProgram(PROGRAM) ?? "");
  if (parts === undefined) throw new TracerError("heaptrack is no longer there", "");
  const fifo = await openFifo(join(request.directory, "heaptrack"));
  const imported = interpret(parts, fifo.bytes);
  // It is waited for below; until then a failure must not end the process.
  imported.catch(() => undefined);
  try {
    const { env } = request;
    const others = env["LD_PRELOAD"];
    const [program, ...args] = request.command;
    const target = spawn(program, args, {
      cwd: request.cwd,
      env: {
        ...env,
        LD_PRELOAD: others === undefined ? parts.library : `${parts.library}:${others}`,
        DUMP_HEAPTRACK_OUTPUT: fifo.path,
      },
      stdio: request.stdio,
    });
    const end = ended(target);
    request.onStart({ kill: (signal) => void target.kill(signal) });
    const exit = await end;
    fifo.close();
    const found = await imported;
    return {
      exit,
      imported: withProcess(found ?? NOTHING, target.pid ?? 0, program),
      partial: missing(found !== undefined, exit.signal),
    };
  } finally {
    fifo.close();
  }
}

function missing(found: boolean, signal: NodeJS.Signals | undefined): string | undefined {
  const how = `the command was ended by ${signal}`;
  if (found) return signal === undefined ? undefined : `${how}: its last events are missing`;
  if (signal !== undefined) return `${how} before heaptrack told anything of it`;
  return "heaptrack told nothing of the command: it is linked statically, or runs with other rights";
}

/** Gives undefined where the library has written nothing. */
async function interpret(
  { interpreter }: Parts,
  raw: AsyncIterable<Uint8Array>,
): Promise<Imported | undefined> {
  const child = spawn(interpreter, [], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const stderr = gather(child.stderr);
  const end = ended(child);
  end.catch(() => undefined);
  // What cannot be written because it has ended is told by its status.
  pipeline(Readable.from(raw), child.stdin, () => undefined);
  try {
    return await importHeaptrack(child.stdout.pipe(new PassThrough()));
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    const { code } = await end;
    if (code === 0) return undefined;
    throw new TracerError(`heaptrack_interpret failed with status ${code}: ${stderr().trim()}`, stderr());
  }
}

/** heaptrack watches one process, and its stacks do not have its name. */
function withProcess(imported: Imported, pid: number, program: string): Imported {
  const command = program.slice(program.lastIndexOf("/") + 1);
  const { heap } = imported;
  if (heap === undefined) return imported;
  const processes = [{ pid, command, ...heap.totals }];
  return { ...imported, profile: prefixed(imported.profile, command), heap: { ...heap, processes } };
}
