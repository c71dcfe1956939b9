import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { ScriptError } from "../errors.ts";
import type { ScriptOutput } from "../options.ts";

/** The stages that a package's scripts are called for, and what they are called for to undo them. */
const OPPOSITE = {
  "PRE-INSTALL": "POST-DEINSTALL",
  "POST-INSTALL": "DEINSTALL",
  DEINSTALL: "POST-INSTALL",
  "POST-DEINSTALL": "PRE-INSTALL",
} as const;

/** A stage of a package's +INSTALL or +DEINSTALL script. */
export type Stage = keyof typeof OPPOSITE;

/** The package that a script or command belongs to. */
export interface ScriptSubject {
  readonly pkgname: string;
  /** The metadata directory, as it is found on this system. */
  readonly directory: string;
  /** The package's prefix, as the package sees it. */
  readonly prefix: string;
}

/** A script that was called. */
export interface ScriptStep {
  readonly did: "script";
  readonly subject: ScriptSubject;
  readonly stage: Stage;
}

/** Commands of a packing list that were begun. */
export interface CommandsStep {
  readonly did: "commands";
  readonly subject: ScriptSubject;
  /** What undoes them. */
  readonly undo: readonly string[];
}

/** How scripts are run. */
export interface ScriptOptions {
  /** Comes before the prefix and the metadata directory on this system; empty for none. */
  readonly destdir: string;
  readonly refcountDb: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly output: ScriptOutput | undefined;
  /** Told which process a script will run as; it waits until this has returned. */
  readonly onStart: (pid: number) => void;
}

/** How much of a script's last words an error repeats, in bytes. */
const LAST_WORDS = 500;

/** How long the output of a program that has ended is waited for, in milliseconds. */
const LINGER = 500;

/** How long a program may take to end when it is asked to, in milliseconds; then it is not asked any more. */
const PATIENCE = 5000;

/** Becomes the program once it is told to; where whoever started it is gone, nothing is run. */
const AT_THE_WORD = 'read -r word <&3 && exec 3<&- && exec "$0" "$@"';

/** Runs the scripts and commands of packages, each to its end. */
export class ScriptRunner {
  readonly #options: ScriptOptions;

  constructor(options: ScriptOptions) {
    this.#options = options;
  }

  /** Whether the package has a script for this stage. */
  hasScript(subject: ScriptSubject, stage: Stage): boolean {
    return existsSync(scriptFor(subject, stage));
  }

  /**
   * Calls a package's script for a stage, in its metadata directory.
   *
   * @throws ScriptError for a status other than 0; the signal's reason
   */
  async runStage(subject: ScriptSubject, stage: Stage, signal?: AbortSignal): Promise<void> {
    const script = scriptFor(subject, stage);
    const { status, lastWords } = await this.#run(script, [subject.pkgname, stage], {
      subject,
      cwd: subject.directory,
      signal,
    });
    if (status !== 0) throw new ScriptError(subject.pkgname, stage, status, lastWords);
  }

  /**
   * Runs a command of a packing list with the shell, in the prefix where there is one.
   *
   * @returns the exit status, or the name of the signal that ended it
   */
  async runCommand(subject: ScriptSubject, command: string, signal?: AbortSignal): Promise<number | string> {
    const prefix = this.#options.destdir + subject.prefix;
    const cwd = existsSync(prefix) ? prefix : "/";
    const { status } = await this.#run("/bin/sh", ["-c", command], { subject, cwd, signal });
    return status;
  }

  /** Undoes what a script or a command has done, as far as the package's opposite scripts do. */
  async undo(step: ScriptStep | CommandsStep): Promise<void> {
    if (step.did === "script") {
      const stage = OPPOSITE[step.stage];
      if (this.hasScript(step.subject, stage)) await this.runStage(step.subject, stage);
    } else {
      for (const command of step.undo) await this.runCommand(step.subject, command);
    }
  }

  async #run(
    file: string,
    parameters: readonly string[],
    { subject, cwd, signal }: { subject: ScriptSubject; cwd: string; signal?: AbortSignal | undefined },
  ): Promise<{ status: number | string; lastWords: string }> {
    signal?.throwIfAborted();
    const { output } = this.#options;
    const streams = typeof output === "object" ? [output.stdout, output.stderr] : ["pipe", "pipe"];
    const child = spawn("/bin/sh", ["-c", AT_THE_WORD, file, ...parameters], {
      cwd,
      env: this.#environment(subject),
      stdio: ["ignore", ...streams, "pipe"] as ["ignore", "pipe" | number, "pipe" | number, "pipe"],
    });
    if (child.pid !== undefined) {
      this.#options.onStart(child.pid);
      giveTheWord(child);
    }
    const lastWords = follow(child, typeof output === "function" ? output : undefined);
    let patience: NodeJS.Timeout | undefined;
    const stop = (): void => {
      child.kill();
      patience = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    };
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const status = await ended(child);
      signal?.throwIfAborted();
      return { status, lastWords: lastWords() };
    } finally {
      clearTimeout(patience);
      signal?.removeEventListener("abort", stop);
    }
  }

  #environment({ prefix, directory }: ScriptSubject): NodeJS.ProcessEnv {
    const { destdir, refcountDb, environment } = this.#options;
    const seen = directory.startsWith(`${destdir}/`) ? directory.slice(destdir.length) : directory;
    return {
      ...environment,
      PKG_PREFIX: prefix,
      PKG_METADATA_DIR: seen,
      PKG_REFCOUNT_DBDIR: refcountDb,
      ...(destdir === "" ? {} : { PKG_DESTDIR: destdir }),
    };
  }
}

function scriptFor({ directory }: ScriptSubject, stage: Stage): string {
  return join(directory, stage.endsWith("DEINSTALL") ? "+DEINSTALL" : "+INSTALL");
}

function giveTheWord({ stdio: [, , , gate] }: ChildProcess): void {
  const words = gate as Writable;
  // A program that is not there to hear it has ended, which is told below.
  words.on("error", () => undefined);
  words.end("go\n");
}

/** Passes the output on; the answer tells its last lines. */
function follow(
  child: ChildProcess,
  onOutput: Extract<ScriptOutput, CallableFunction> | undefined,
): () => string {
  let tail = "";
  const listen = (stream: "stdout" | "stderr"): void => {
    child[stream]?.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-LAST_WORDS);
      onOutput?.(chunk, stream);
    });
  };
  listen("stdout");
  listen("stderr");
  return () => tail.trim();
}

function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
    // A service that a script has started keeps the output open for as long as it runs.
    child.on("exit", () => {
      const close = (): unknown => [child.stdout, child.stderr].map((stream) => stream?.destroy());
      // What has come is read before an immediate is run, however late the timer is.
      const letGo = setTimeout(() => setImmediate(close), LINGER);
      child.on("close", () => clearTimeout(letGo));
    });
  });
}
