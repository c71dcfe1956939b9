import { machineTool } from "test-support";
import { bin, type Run, runCommand, type RunOptions } from "./run-pkgin.ts";

/** Opens a terminal of its own; undefined where the machine has nothing that can. */
const python = machineTool("python3");

/** Why tests on a terminal are skipped, or undefined. */
export const noTerminal: string | undefined =
  python === undefined ? "needs python3 to open a terminal" : undefined;

/** A terminal that changes no bytes on their way, so that what is seen is what was written. */
const SCRIPT = `
import fcntl, os, pty, select, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    mode = termios.tcgetattr(0)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(0, termios.TCSANOW, mode)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
sources = [fd, 0]
while True:
    ready, _, _ = select.select(sources, [], [])
    try:
        if 0 in ready:
            typed = os.read(0, 65536)
            if typed: os.write(fd, typed)
            else: sources.remove(0)
        if fd in ready:
            shown = os.read(fd, 65536)
            if not shown: break
            sys.stdout.buffer.write(shown)
            sys.stdout.buffer.flush()
    except OSError:
        break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** How a terminal is. */
export interface TerminalOptions extends RunOptions {
  readonly columns?: number;
}

/** Runs the built program on a terminal: both of its outputs come as standard output. */
export function runOnTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<Run> {
  return commandOnTerminal([process.execPath, bin, ...args], options);
}

/** Runs any program so. */
export function commandOnTerminal(
  command: readonly string[],
  { columns = 80, ...options }: TerminalOptions = {},
): Promise<Run> {
  return runCommand([python ?? "python3", "-c", SCRIPT, String(columns), ...command], options);
}
