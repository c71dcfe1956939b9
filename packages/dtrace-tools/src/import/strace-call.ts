import type { MemoryCall } from "../heap/tracker.ts";

/** The calls that change a process's memory. */
export const MEMORY_CALLS: ReadonlySet<string> = new Set([
  "brk",
  "mmap",
  "mmap2",
  "mprotect",
  "mremap",
  "munmap",
]);

/**
 * Takes a call of strace's log apart, given the text after its name and what it returned.
 *
 *     mmap(NULL, 1052672, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7fea86752000
 *     mremap(0x7f4282e17000, 3149824, 9441280, MREMAP_MAYMOVE) = 0x7f4282516000
 */
export function memoryCallOf(name: string, text: string, result: number): MemoryCall | undefined {
  if (name === "brk") return { name, end: result };
  const args = text.slice(1).split(/, |\)/, 6);
  const number = (at: number): number => Number(args[at] === "NULL" ? 0 : args[at]);
  switch (name) {
    case "mmap":
    case "mmap2":
      return { name: "mmap", start: result, length: pages(number(1)), kind: mappingKind(args[2], args[3]) };
    case "munmap":
      return { name, start: number(0), length: pages(number(1)) };
    case "mprotect":
      return { name, start: number(0), length: pages(number(1)), writable: isWritable(args[2]) };
    case "mremap":
      return {
        name,
        from: { start: number(0), length: pages(number(1)) },
        to: { start: result, length: pages(number(2)) },
      };
    default:
      return undefined;
  }
}

const PAGE = 4096;

/** The kernel maps whole pages. */
export function pages(length: number): number {
  return Math.ceil(length / PAGE) * PAGE;
}

function mappingKind(protection = "", flags = ""): "counts" | "other" | "reserves" {
  if (!flags.includes("MAP_PRIVATE") || !flags.includes("MAP_ANONYMOUS")) return "other";
  return isWritable(protection) ? "counts" : "reserves";
}

function isWritable(protection = ""): boolean {
  return protection.includes("PROT_WRITE");
}
