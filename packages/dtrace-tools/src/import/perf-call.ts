import type { MemoryCall } from "../heap/tracker.ts";
import { pages } from "./strace-call.ts";

const PROT_WRITE = 2;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
/** Results from here on are error numbers, negated. */
const FIRST_ERROR = 2n ** 64n - 4095n;

/**
 * Makes a call of its two tracepoints' arguments, as perf prints them.
 *
 * @param entered of `sys_enter_NAME`, such as `addr: 0x00000000, len: 0x00301000, prot: 0x00000003, ...`
 * @param returned of `sys_exit_NAME`, such as `0x7fd7e8e30000`
 */
export function perfCallOf(name: string, entered: string, returned: string): MemoryCall | undefined {
  const text = /^(?:ret: )?(0x[0-9a-f]+|\d+)/.exec(returned)?.[1];
  if (text === undefined || BigInt(text) >= FIRST_ERROR) return undefined;
  const result = Number(text);
  if (name === "brk") return { name, end: result };
  const args = new Map([...entered.matchAll(/(\w+): (0x[0-9a-f]+)/g)].map((one) => [one[1], Number(one[2])]));
  const arg = (key: string): number => args.get(key) ?? 0;
  const writable = (arg("prot") & PROT_WRITE) !== 0;
  switch (name) {
    case "mmap": {
      const wanted = MAP_PRIVATE | MAP_ANONYMOUS;
      const ours = (arg("flags") & wanted) === wanted;
      const kind = writable ? "counts" : "reserves";
      return { name, start: result, length: pages(arg("len")), kind: ours ? kind : "other" };
    }
    case "munmap":
      return { name, start: arg("addr"), length: pages(arg("len")) };
    case "mprotect":
      return { name, start: arg("start"), length: pages(arg("len")), writable };
    case "mremap":
      return {
        name,
        from: { start: arg("addr"), length: pages(arg("old_len")) },
        to: { start: result, length: pages(arg("new_len")) },
      };
    default:
      return undefined;
  }
}
