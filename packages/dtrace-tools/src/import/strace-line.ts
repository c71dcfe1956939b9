import type { FramePlace } from "../names/debug-names.ts";

/** A line of strace's log, taken apart. */
export type StraceLine =
  | ({ readonly kind: "call" | "resumed" | "unfinished" } & CallLine)
  | { readonly kind: "exit"; readonly tid: number }
  | { readonly kind: "superseded"; readonly tid: number; readonly by: number }
  | { readonly kind: "frame"; readonly frame: FramePlace | undefined };

/** A call or a part of one. */
interface CallLine {
  readonly tid: number;
  readonly name: string;
  /** What stands after the name. */
  readonly text: string;
  /** In milliseconds since 1970 (`-ttt`); undefined where the line has no such time. */
  readonly time: number | undefined;
}

/** The latter where another thread than the first of its process runs a program, and takes the first one's number. */
const UNFINISHED = /<(?:unfinished|pid changed to \d+) \.\.\.>$/;
/** A process number (`-f`), then the time that `-t`, `-tt`, `-ttt` or `-r` print. */
const PREFIX = /^(?:\[pid +(\d+)\] |(\d+) +)?(?: *(\d[\d:]*[.:]\d[\d.:]*) +)?/;

/** Takes a line of strace's log apart; undefined where it is none. */
export function parseStraceLine(line: string): StraceLine | undefined {
  if (line.startsWith(" > ")) return { kind: "frame", frame: framePlace(line.slice(3)) };
  const prefix = PREFIX.exec(line);
  const tid = Number(prefix?.[1] ?? prefix?.[2] ?? 0);
  const clock = Number(prefix?.[3] ?? Number.NaN);
  const time = clock > 1e9 ? clock * 1000 : undefined;
  const rest = line.slice(prefix?.[0].length ?? 0);
  const superseded = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/.exec(rest);
  if (superseded !== null) return { kind: "superseded", tid, by: Number(superseded[1]) };
  if (/^\+\+\+ (?:exited with|killed by) .*\+\+\+$/.test(rest)) return { kind: "exit", tid };
  const resumed = /^<\.\.\. (\w+) resumed>(.*)$/s.exec(rest);
  if (resumed !== null) {
    return { kind: "resumed", tid, name: resumed[1] ?? "", text: resumed[2] ?? "", time };
  }
  const name = /^(\w+)\(/.exec(rest)?.[1];
  if (name === undefined) return undefined;
  const text = rest.slice(name.length);
  const cut = text.search(UNFINISHED);
  if (cut !== -1) return { kind: "unfinished", tid, name, text: text.slice(0, cut), time };
  return / = \S/.test(text) ? { kind: "call", tid, name, text, time } : undefined;
}

/** The number that a call returned; undefined where it failed or did not return. */
export function resultOf(text: string): number | undefined {
  const result = /^(0x[0-9a-f]+|\d+)\b/.exec(text.slice(text.lastIndexOf(" = ") + 3))?.[1];
  return result === undefined ? undefined : Number(result);
}

/**
 * Where a `-k` frame is, `MODULE(SYMBOL+0xOFFSET) [0xADDRESS]`; without a symbol it is called by its module, in brackets.
 *
 * The module ends at the first parenthesis, since a C++ symbol may have some of its own.
 */
function framePlace(text: string): FramePlace | undefined {
  const frame = /^(.+?(?: \(deleted\))?)\((.*)\) \[0x([0-9a-f]+)\]$/.exec(text);
  if (frame === null) return undefined;
  const [, module = "", symbol = "", address = ""] = frame;
  const name = symbol.replace(/\+0x[0-9a-f]+$/, "");
  return {
    symbol: name === "" ? `[${module.slice(module.lastIndexOf("/") + 1)}]` : name,
    module,
    address: Number.parseInt(address, 16),
  };
}
