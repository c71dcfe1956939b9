import { BrkTracker } from "../brk-tracker.ts";
import { lines } from "../lines.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported } from "./imported.ts";
import { parseStraceLine, resultOf, type StraceLine } from "./strace-line.ts";

/** Something that happened to a process, in the order of the log. */
type Event =
  | { kind: "brk"; tid: number; end: number; frames: string[] }
  | { kind: "exec"; tid: number; command: string }
  | { kind: "clone"; tid: number; child: number; flags: string }
  | { kind: "exit"; tid: number }
  | { kind: "superseded"; tid: number; by: number };

/** Events of children whose birth is not yet in the log; more than this means that it never will be. */
const MAX_WAITING = 10_000;
const CLONES: ReadonlySet<string> = new Set(["clone", "clone3", "fork", "vfork"]);
const EXECS: ReadonlySet<string> = new Set(["execve", "execveat"]);

/**
 * Reads strace's log (`strace -f -o FILE -e trace=brk,execve,fork,vfork,clone,clone3`, with `-k` for stacks).
 *
 * Times (`-t`, `-T`) and other calls are passed over. The frames of a log without stacks are process names.
 */
export async function importStrace(input: AsyncIterable<Uint8Array>): Promise<Imported> {
  const reader = new StraceReader();
  for await (const batch of lines(input)) for (const line of batch) reader.line(line);
  return reader.finish();
}

class StraceReader {
  readonly #profile = new Profile("bytes");
  readonly #tracker = new BrkTracker(this.#profile);
  /** Process of each thread that is alive. */
  readonly #processOf = new Map<number, number>();
  readonly #unfinished = new Map<number, string>();
  readonly #waiting = new Map<number, Event[]>();
  #waitingCount = 0;
  /** The last event, which the stack lines that follow belong to. */
  #last: Event | undefined;
  #strange = 0;

  line(text: string): void {
    const parsed = parseStraceLine(text);
    if (parsed?.kind === "frame") {
      if (this.#last?.kind === "brk" && parsed.frame !== undefined) this.#last.frames.push(parsed.frame);
      return;
    }
    this.#flush();
    if (parsed === undefined) {
      if (text !== "" && !/^(?:\d+ +)?(?:[\d:.]+ +)?---/.test(text)) this.#strange++;
      return;
    }
    this.#last = this.#eventOf(parsed);
  }

  finish(): Imported {
    this.#flush();
    const warnings: string[] = [];
    if (this.#waiting.size > 0) {
      warnings.push(
        `${this.#waiting.size} processes whose birth is not in the trace count from their first brk`,
      );
      for (const tid of this.#waiting.keys()) this.#know(tid, tid);
    }
    if (this.#unfinished.size > 0) {
      warnings.push(`${this.#unfinished.size} calls had not returned when the trace ended`);
    }
    if (this.#strange > 0) warnings.push(`${this.#strange} lines are not strace's and were passed over`);
    const heap = this.#tracker.finish();
    if (this.#tracker.unlisted > 0) warnings.push(`${this.#tracker.unlisted} more processes are not listed`);
    return { profile: this.#profile, heap, lost: 0, warnings };
  }

  #eventOf(line: StraceLine): Event | undefined {
    switch (line.kind) {
      case "frame":
        return undefined;
      case "exit":
        this.#unfinished.delete(line.tid);
        return line;
      case "superseded":
        return line;
      case "unfinished":
        if (isOurs(line.name)) this.#unfinished.set(line.tid, line.text);
        return undefined;
      case "resumed": {
        const start = this.#unfinished.get(line.tid) ?? "";
        this.#unfinished.delete(line.tid);
        return callEvent(line.tid, line.name, start + line.text);
      }
      case "call":
        return callEvent(line.tid, line.name, line.text);
    }
  }

  #flush(): void {
    const event = this.#last;
    this.#last = undefined;
    if (event === undefined) return;
    // The first thread of a log is the target itself.
    if (this.#processOf.size === 0 && this.#waiting.size === 0) this.#processOf.set(event.tid, event.tid);
    if (this.#processOf.has(event.tid)) this.#apply(event);
    else this.#wait(event);
  }

  /** A child may run before its parent's call returns, which alone tells whose child it is. */
  #wait(event: Event): void {
    // A thread that was killed by another one's exec or exit.
    if (event.kind === "exit" && !this.#waiting.has(event.tid)) return;
    const queue = this.#waiting.get(event.tid) ?? [];
    queue.push(event);
    this.#waiting.set(event.tid, queue);
    if (++this.#waitingCount > MAX_WAITING) this.#know(event.tid, event.tid);
  }

  #know(tid: number, process: number): void {
    this.#processOf.set(tid, process);
    const queue = this.#waiting.get(tid);
    if (queue === undefined) return;
    this.#waiting.delete(tid);
    this.#waitingCount -= queue.length;
    for (const event of queue) this.#apply(event);
  }

  #apply(event: Event): void {
    const process = this.#processOf.get(event.tid) ?? event.tid;
    switch (event.kind) {
      case "brk":
        this.#tracker.brk(process, event.end, event.frames.toReversed());
        return;
      case "exec":
        // The thread that runs a program becomes the process's only one, under the process's number.
        this.#forgetThreads(process);
        this.#processOf.set(process, process);
        this.#tracker.exec(process, event.command);
        return;
      case "clone":
        if (event.flags.includes("CLONE_THREAD")) {
          this.#know(event.child, process);
        } else {
          this.#tracker.fork(event.child, process, event.flags.includes("CLONE_VM"));
          this.#know(event.child, event.child);
        }
        return;
      case "superseded":
        this.#processOf.delete(event.by);
        return;
      case "exit":
        this.#processOf.delete(event.tid);
        if (![...this.#processOf.values()].includes(process)) this.#tracker.exit(process);
    }
  }

  #forgetThreads(process: number): void {
    for (const [tid, owner] of this.#processOf) if (owner === process) this.#processOf.delete(tid);
  }
}

function isOurs(name: string): boolean {
  return name === "brk" || CLONES.has(name) || EXECS.has(name);
}

function callEvent(tid: number, name: string, text: string): Event | undefined {
  if (!isOurs(name)) return undefined;
  const result = resultOf(text);
  if (result === undefined) return undefined;
  if (name === "brk") return { kind: "brk", tid, end: result, frames: [] };
  if (EXECS.has(name)) return { kind: "exec", tid, command: commandOf(text) };
  // vfork prints no flags.
  return { kind: "clone", tid, child: result, flags: name === "vfork" ? "CLONE_VM" : text };
}

/** The program's file name, which is the first string of `("/bin/sh", ["sh", ...` or `(AT_FDCWD, "/bin/sh", ...`. */
function commandOf(text: string): string {
  const path = /"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "?";
  return path.slice(path.lastIndexOf("/") + 1);
}
