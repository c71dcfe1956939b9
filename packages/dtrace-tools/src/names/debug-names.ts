import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { demangle } from "./demangle.ts";
import type { Profile } from "../profile/profile.ts";
import { mapFrames } from "../profile/transform.ts";
import { run } from "../record/processes.ts";

/** A place in a program or library where a stack was. */
export interface FramePlace {
  /** The nearest exported function, which need not be the right one; empty where there is none. */
  readonly symbol: string;
  /** Path of the program or library. */
  readonly module: string;
  /** Where the call returns to, relative to the module. */
  readonly address: number;
}

/** Where systems keep debugging information that is not in the library itself. */
const DEBUG_FILES = "/usr/lib/debug/.build-id";
/** Addresses that are looked up at once: a command line has an end. */
const AT_ONCE = 2000;

/**
 * Names frames of libraries by the debugging information that belongs to them, where it is installed.
 *
 * strace knows exported functions only, and calls what lies behind one by its name: `__default_morecore` for `sysmalloc`.
 */
export class DebugNames {
  /** The debugging information of each module. */
  readonly #files = new Map<string, string | undefined>();
  readonly #places = new Map<string, { file: string; address: number; symbol: string }>();

  /** Takes a frame; gives what it is called until `rename` knows better. */
  add({ symbol, module, address }: FramePlace): string {
    if (!this.#files.has(module)) this.#files.set(module, debugFileOf(module));
    const file = this.#files.get(module);
    if (file === undefined) return symbol;
    const key = `${symbol}+0x${address.toString(16)}@${module}`;
    // The instruction that calls is the one before the one that is returned to.
    if (!this.#places.has(key)) this.#places.set(key, { file, address: address - 1, symbol });
    return key;
  }

  /** Gives the frames their names. */
  async rename(profile: Profile): Promise<Profile> {
    if (this.#places.size === 0) return profile;
    const names = new Map<string, string>();
    for (const file of new Set(this.#files.values())) {
      if (file === undefined) continue;
      const places = [...this.#places].filter(([, place]) => place.file === file);
      for (let from = 0; from < places.length; from += AT_ONCE) {
        const some = places.slice(from, from + AT_ONCE);
        const found = await lookUp(
          file,
          some.map(([, { address }]) => address),
        );
        for (const [at, [key, { symbol }]] of some.entries()) names.set(key, found[at] ?? symbol);
      }
    }
    return demangle(mapFrames(profile, (name) => names.get(name) ?? name));
  }
}

/** The functions that addresses lie in, themselves and not what is inlined there; undefined where one is not known. */
async function lookUp(file: string, addresses: readonly number[]): Promise<(string | undefined)[]> {
  const args = addresses.map((address) => address.toString(16));
  const { stdout } = await run("addr2line", ["-f", "-i", "-a", "-e", file, ...args]);
  // For each address: itself, then pairs of lines, the function and its place, innermost first.
  return stdout
    .split(/^0x[0-9a-f]+\n/m)
    .slice(1)
    .map((text) => text.trimEnd().split("\n").at(-2))
    .map((name) => (name === "??" ? undefined : name));
}

function debugFileOf(module: string): string | undefined {
  const id = buildIdOf(module);
  if (id === undefined) return undefined;
  const path = `${DEBUG_FILES}/${id.slice(0, 2)}/${id.slice(2)}.debug`;
  return existsSync(path) ? path : undefined;
}

const [PROGRAM_HEADERS, NOTES, BUILD_ID] = [0x20, 4, 3];

/** The build id of a program or library: a note of a 64-bit little-endian ELF file; undefined where it has none. */
function buildIdOf(path: string): string | undefined {
  try {
    const file = openSync(path, "r");
    try {
      const head = Buffer.alloc(64 * 1024);
      const length = readSync(file, head);
      return head.toString("latin1", 0, 6) === "\x7fELF\x02\x01"
        ? findNote(head.subarray(0, length))
        : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    // It may have been deleted while it ran, or be no ELF file.
    return undefined;
  }
}

function findNote(elf: Buffer): string | undefined {
  const table = Number(elf.readBigUInt64LE(PROGRAM_HEADERS));
  const [width, count] = [elf.readUInt16LE(0x36), elf.readUInt16LE(0x38)];
  for (let header = table; header < table + width * count; header += width) {
    if (elf.readUInt32LE(header) !== NOTES) continue;
    const start = Number(elf.readBigUInt64LE(header + 0x08));
    const end = start + Number(elf.readBigUInt64LE(header + 0x20));
    for (let note = start; note + 12 <= end;) {
      const [nameSize, size, kind] = [
        elf.readUInt32LE(note),
        elf.readUInt32LE(note + 4),
        elf.readUInt32LE(note + 8),
      ];
      const content = note + 12 + aligned(nameSize);
      const isGnu = elf.toString("latin1", note + 12, note + 12 + nameSize) === "GNU\0";
      if (isGnu && kind === BUILD_ID) return elf.toString("hex", content, content + size);
      note = content + aligned(size);
    }
  }
  return undefined;
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}
