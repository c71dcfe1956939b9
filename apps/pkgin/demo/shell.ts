import { type ChildProcess, spawn } from "node:child_process";

/** Runs commands as a person at a prompt would see them: the command first, then what it prints. */
export interface Shell {
  /** Prints lines of explanation. */
  say(...lines: readonly string[]): void;
  /**
   * Runs a command, its output going to ours.
   *
   * @returns its exit status
   * @throws the reason of the signal when that is aborted, after the command has ended
   */
  run(command: string, ...args: readonly string[]): Promise<number>;
}

/** What a shell works with. */
export interface ShellOptions {
  /** Where commands run. */
  readonly directory: string;
  /** What is started for a name, such as node and a path for `pkgin`. Other names are looked up on PATH. */
  readonly programs: Readonly<Record<string, readonly [file: string, ...args: string[]]>>;
  /** Ends the command that is running. */
  readonly signal: AbortSignal;
}

/** Opens a shell in a directory. */
export function openShell({ directory, programs, signal }: ShellOptions): Shell {
  // Also the command that another one runs is given by name, after two dashes.
  const started = (words: readonly string[]) =>
    words.flatMap((word, place) =>
      place === 0 || words[place - 1] === "--" ? (programs[word] ?? [word]) : [word],
    );
  return {
    say: (...lines) => void process.stdout.write(`\n${lines.map((line) => `# ${line}\n`).join("")}`),
    async run(...words) {
      signal.throwIfAborted();
      process.stdout.write(`$ ${words.map(quoted).join(" ")}\n`);
      const [file = "", ...args] = started(words);
      const child = spawn(file, args, { cwd: directory, stdio: ["ignore", "inherit", "inherit"] });
      const status = await ended(child, signal);
      signal.throwIfAborted();
      return status;
    },
  };
}

function ended(child: ChildProcess, signal: AbortSignal): Promise<number> {
  // Politely, so that the command cleans up after itself too.
  const interrupt = () => void child.kill("SIGINT");
  signal.addEventListener("abort", interrupt);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  }).finally(() => signal.removeEventListener("abort", interrupt));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
