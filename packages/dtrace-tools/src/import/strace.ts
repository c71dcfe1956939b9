import { HeapTracker, type LiveHeap, type MemoryCall } from "../heap/tracker.ts";
import { lines } from "../lines.ts";
import type { FramePlace } from "../names/debug-names.ts";
import { Profile } from "../profile/profile.ts";
import type { Imported, RunningProcess } from "./imported.ts";
import { MEMORY_CALLS, memoryCallOf } from "./strace-call.ts";
import { parseStraceLine, resultOf, type StraceLine } from "./strace-line.ts";

/** Something that happened to a process, in the order of the log. */
type Event =
  | { kind: "memory"; tid: number; call: MemoryCall; time: number | undefined; frames: string[] }
  | { kind: "exec"; tid: number; command: string }
  | { kind: "clone"; tid: number; child: number; flags: string }
  | { kind: "exit"; tid: number }
  | { kind: "superseded"; tid: number; by: number };

/** Events of children whose birth is not yet in the log; more than this means that it never will be. */
const MAX_WAITING = 10_000;
const CLONES: ReadonlySet<string> = new Set(["clone", "clone3", "fork", "vfork"]);
const EXECS: ReadonlySet<string> = new Set(["execve", "execveat"]);

/** How `importStrace` reads. */
export interface StraceOptions {
  /** `brk` counts calls of brk alone; `heap` also mmap, mremap, mprotect and munmap, where the log has them. */
  readonly metric?: "brk" | "heap" | undefined;
  /** The process that the trace is about, where it ran before it was traced. */
  readonly root?: RunningProcess | undefined;
  /** Names frames; by their symbols, as strace has them, unless told otherwise. */
  readonly nameOf?: ((place: FramePlace) => string) | undefined;
  /** Told after each piece of the log how things stand. */
  readonly onUpdate?: ((live: LiveHeap) => void) | undefined;
}

/** What `importStrace` gives beside what every importer does. */
export interface ImportedStrace extends Imported {
  /** The process that the trace began with; undefined where the trace is empty. */
  readonly root: number | undefined;
  /** Whether the trace has the end of the process that it began with. */
  readonly rootEnded: boolean;
}

/**
 * Reads strace's log (`strace -f -o FILE -e trace=brk,execve,fork,vfork,clone,clone3`, with `-k` for stacks).
 *
 * Times by `-ttt` make the course of the size; other times (`-t`, `-T`) and other calls are passed over. The frames
 * of a log without stacks are process names.
 */
export async function importStrace(
  input: AsyncIterable<Uint8Array>,
  options: StraceOptions = {},
): Promise<ImportedStrace> {
  const reader = new StraceReader(options);
  for await (const batch of lines(input)) {
    for (const line of batch) reader.line(line);
    options.onUpdate?.(reader.live());
  }
  return reader.finish();
}

class StraceReader {
  readonly #calls: ReadonlySet<string>;
  readonly #nameOf: (place: FramePlace) => string;
  readonly #profile = new Profile("bytes");
  readonly #tracker = new HeapTracker(this.#profile);
  /** Process of each thread that is alive. */
  readonly #processOf = new Map<number, number>();
  readonly #unfinished = new Map<number, string>();
  readonly #waiting = new Map<number, Event[]>();
  #waitingCount = 0;
  /** Threads that ended before their birth was in the log. */
  readonly #ended = new Set<number>();
  /** The last event, which the stack lines that follow belong to. */
  #last: Event | undefined;
  #root: number | undefined;
  #rootEnded = false;
  #strange = 0;

  constructor({ metric, root, nameOf }: StraceOptions) {
    this.#nameOf = nameOf ?? (({ symbol }) => symbol);
    this.#calls = metric === "heap" ? MEMORY_CALLS : new Set(["brk"]);
    if (root === undefined) return;
    this.#begin(root.pid);
    for (const tid of root.threads) this.#processOf.set(tid, root.pid);
    this.#tracker.adopt(root);
  }

  line(text: string): void {
    const parsed = parseStraceLine(text);
    if (parsed?.kind === "frame") {
      if (this.#last?.kind === "memory" && parsed.frame !== undefined) {
        this.#last.frames.push(this.#nameOf(parsed.frame));
      }
      return;
    }
    this.#flush();
    if (parsed === undefined) {
      if (text !== "" && !/^(?:\d+ +)?(?:[\d:.]+ +)?---/.test(text)) this.#strange++;
      return;
    }
    this.#last = this.#eventOf(parsed);
  }

  live(): LiveHeap {
    return this.#tracker.live();
  }

  finish(): ImportedStrace {
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
    return { profile: this.#profile, heap, lost: 0, warnings, root: this.#root, rootEnded: this.#rootEnded };
  }

  #eventOf(line: StraceLine): Event | undefined {
    switch (line.kind) {
      case "frame":
        return undefined;
      case "exit":
        this.#unfinished.delete(line.tid);
        return line;
      case "superseded":
        this.#supersede(line);
        return line;
      case "unfinished":
        if (this.#isOurs(line.name)) this.#unfinished.set(line.tid, line.text);
        return undefined;
      case "resumed": {
        const start = this.#unfinished.get(line.tid) ?? "";
        this.#unfinished.delete(line.tid);
        return this.#callEvent({ ...line, text: start + line.text });
      }
      case "call":
        return this.#callEvent(line);
    }
  }

  /** A thread's call to run a program returns to the first thread of its process. */
  #supersede({ tid, by }: { tid: number; by: number }): void {
    const call = this.#unfinished.get(by);
    this.#unfinished.delete(by);
    this.#unfinished.delete(tid);
    if (call !== undefined) this.#unfinished.set(tid, call);
  }

  #flush(): void {
    const event = this.#last;
    this.#last = undefined;
    if (event === undefined) return;
    // The first thread of a log is the target itself.
    if (this.#root === undefined) this.#begin(event.tid);
    if (this.#processOf.has(event.tid)) this.#apply(event);
    else this.#wait(event);
  }

  #begin(pid: number): void {
    this.#root = pid;
    this.#processOf.set(pid, pid);
  }

  /** A child may run before its parent's call returns, which alone tells whose child it is. */
  #wait(event: Event): void {
    if (event.kind === "exit" && !this.#waiting.has(event.tid)) {
      // It may be a thread that another one's exec has ended, too.
      if (this.#ended.size < MAX_WAITING) this.#ended.add(event.tid);
      return;
    }
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
      case "memory":
        this.#tracker.call(event.call, { pid: process, frames: event.frames.toReversed(), time: event.time });
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
        if (this.#ended.delete(event.child)) this.#apply({ kind: "exit", tid: event.child });
        return;
      case "superseded":
        this.#processOf.delete(event.by);
        return;
      case "exit":
        this.#processOf.delete(event.tid);
        if ([...this.#processOf.values()].includes(process)) return;
        this.#tracker.exit(process);
        this.#rootEnded ||= process === this.#root;
    }
  }

  #callEvent(line: { tid: number; name: string; text: string; time: number | undefined }): Event | undefined {
    const { tid, name, text, time } = line;
    const result = this.#isOurs(name) ? resultOf(text) : undefined;
    if (result === undefined) return undefined;
    if (EXECS.has(name)) return { kind: "exec", tid, command: commandOf(text) };
    // vfork prints no flags.
    if (CLONES.has(name))
      return { kind: "clone", tid, child: result, flags: name === "vfork" ? "CLONE_VM" : text };
    const call = memoryCallOf(name, text, result);
    return call === undefined ? undefined : { kind: "memory", tid, call, time, frames: [] };
  }

  #isOurs(name: string): boolean {
    return this.#calls.has(name) || CLONES.has(name) || EXECS.has(name);
  }

  #forgetThreads(process: number): void {
    for (const [tid, owner] of this.#processOf) if (owner === process) this.#processOf.delete(tid);
  }
}

/** The program's file name, which is the first string of `("/bin/sh", ["sh", ...` or `(AT_FDCWD, "/bin/sh", ...`. */
function commandOf(text: string): string {
  const path = /"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "?";
  return path.slice(path.lastIndexOf("/") + 1);
}
