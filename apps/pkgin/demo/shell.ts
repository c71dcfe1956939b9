import { spawn } from "node:child_process";

/** Runs commands as a person at a prompt would see them: the command first, then what it prints. */
export interface Shell {
  /** Prints a line of explanation. */
  say(text: string): void;
  /**
   * Runs a command, its output going to ours.
   *
   * @returns its exit status
   */
  run(command: string, args: readonly string[]): Promise<number>;
}

/** What a command is called on screen and what is started for it. */
export type Programs = Readonly<Record<string, readonly [file: string, ...args: string[]]>>;

/**
 * Opens a shell in a directory.
 *
 * @param programs commands that stand for others, such as `pkgin` for node with a path
 */
export function openShell(directory: string, environment: NodeJS.ProcessEnv, programs: Programs): Shell {
  return {
    say: (text) => process.stdout.write(`\n# ${text}\n`),
    run(command, args) {
      process.stdout.write(`$ ${[command, ...args].map(quoted).join(" ")}\n`);
      const [file, ...first] = programs[command] ?? [command];
      return new Promise((resolve, reject) => {
        const child = spawn(file, [...first, ...args], {
          cwd: directory,
          env: environment,
          stdio: ["ignore", "inherit", "inherit"],
        });
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 1));
      });
    },
  };
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
