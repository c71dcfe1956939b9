import { access, constants as modes, stat } from "node:fs/promises";
import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BACKEND_NAMES, type BackendName, record, type Recording, writeRecording } from "dtrace-tools";
import { UsageError } from "../errors.ts";
import { cautions } from "../report/summary.ts";
import type { Outcome, VerbContext } from "../verb.ts";

const DEFAULT_FILE = "memprof.rec";
/** Those that the command would have got from whoever sent them, had it not been started by memprof. */
const FORWARDED = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR2"] as const;
/** The terminal sends these to the command too. */
const FROM_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];

/** `memprof record`: runs a command under a tracer, keeps what was seen, and ends as the command did. */
export async function runRecord({ args, report }: VerbContext): Promise<Outcome> {
  const request = readRequest(args);
  const file = resolve(request.file);
  await mustBeWritable(file);
  const relay = new Relay();
  let recording: Recording;
  try {
    recording = await record(request.command, {
      backend: request.backend,
      onPassedOver({ name, reason, remedy }) {
        report.note(`${name} is passed over: ${reason}${remedy === undefined ? "" : ` (${remedy})`}`);
      },
      onStart: (target) => relay.start(target),
    });
  } finally {
    relay.stop();
  }
  await writeRecording(recording, file);
  for (const caution of cautions(recording)) report.note(caution);
  report.note(`recorded by ${recording.backend} in ${file}`);
  const { code, signal } = recording.exit;
  return { status: code ?? 128 + (signal === undefined ? 0 : constants.signals[signal]), signal };
}

/** Passes signals on to the command, and keeps them from ending memprof before the recording is written. */
class Relay {
  readonly #handlers = new Map<NodeJS.Signals, () => void>();
  readonly #early: NodeJS.Signals[] = [];
  #target: { kill(signal: NodeJS.Signals): void } | undefined;

  constructor() {
    for (const name of FORWARDED) {
      const handler = (): void => this.#pass(name);
      this.#handlers.set(name, handler);
      process.on(name, handler);
    }
  }

  start(target: { kill(signal: NodeJS.Signals): void }): void {
    this.#target = target;
    for (const name of this.#early.splice(0)) target.kill(name);
  }

  stop(): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler);
  }

  #pass(name: NodeJS.Signals): void {
    if (this.#target === undefined) this.#early.push(name);
    else if (!process.stdin.isTTY || !FROM_TERMINAL.includes(name)) this.#target.kill(name);
  }
}

function readRequest(args: readonly string[]): {
  file: string;
  backend: BackendName | undefined;
  command: readonly string[];
} {
  const { values, positionals } = parseArgs({
    args: [...optionsOf(args)],
    allowPositionals: true,
    options: { output: { type: "string", short: "o" }, backend: { type: "string" } },
  });
  const command = [
    ...positionals,
    ...args.slice(optionsOf(args).length).filter((arg, at) => at > 0 || arg !== "--"),
  ];
  if (command.length === 0)
    throw new UsageError("a command was expected after --, found none; see memprof --help");
  const { output = DEFAULT_FILE, backend } = values;
  if (backend !== undefined && !isBackend(backend)) {
    throw new UsageError(`--backend: expected one of ${BACKEND_NAMES.join(", ")}, found ${backend}`);
  }
  return { file: output, backend, command };
}

function isBackend(name: string): name is BackendName {
  return (BACKEND_NAMES as readonly string[]).includes(name);
}

/** What stands before `--`, or before the command where there is none, is memprof's own. */
function optionsOf(args: readonly string[]): readonly string[] {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--" || !arg.startsWith("-")) return args.slice(0, at);
    if (arg === "-o" || arg === "--output" || arg === "--backend") at++;
  }
  return args;
}

/** Found out before the command runs, not after an hour of it. */
async function mustBeWritable(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory() === true)
    throw new UsageError(`${file}: expected a file to write, found a directory`);
  await access(dirname(file), modes.W_OK).catch((error: unknown) => {
    throw new UsageError(`${file}: cannot be written: ${(error as Error).message}`);
  });
}
