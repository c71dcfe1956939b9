import { spawnSync } from "node:child_process";

const PYTHON = `
import fcntl, os, pty, struct, sys, termios
columns, word, *command = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    os.execvp(command[0], command)
shown, typed = b"", False
while True:
    try:
        shown += os.read(fd, 65536)
    except OSError:
        break
    if word and word.encode() in shown and not typed:
        typed = True
        os.write(fd, b"\\x03")
sys.stdout.buffer.write(shown)
`;

/** How a terminal is used. */
export interface TerminalOptions {
  readonly cwd: string;
  readonly columns?: number;
  /** Ctrl-C is typed when this is seen. */
  readonly interruptAt?: string;
}

/** Runs a command on a terminal of its own; gives what is seen there, or undefined where python3 is missing. */
export function runOnTerminal(command: readonly string[], options: TerminalOptions): string | undefined {
  const { cwd, columns = 80, interruptAt = "" } = options;
  const args = ["-c", PYTHON, String(columns), interruptAt, ...command];
  const { status, stdout } = spawnSync("python3", args, { encoding: "utf8", cwd });
  return status === 0 ? stdout : undefined;
}
