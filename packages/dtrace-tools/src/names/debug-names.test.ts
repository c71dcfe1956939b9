import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { machineTool } from "test-support";
import { describe, expect, it } from "vitest";
import { Profile } from "../profile/profile.ts";
import { DebugNames } from "./debug-names.ts";

const [addr2line, nm, readelf] = ["addr2line", "nm", "readelf"].map(machineTool);
const libc = /\S+\/libc\.so\.6$/m.exec(
  existsSync("/proc/self/maps") ? readFileSync("/proc/self/maps", "latin1") : "",
)?.[0];

/** The debugging information of the C library that this process runs with, by the machine's own tools. */
function debugFile(): string | undefined {
  if (libc === undefined || readelf === undefined) return undefined;
  const id = /Build ID: (\w\w)(\w+)/.exec(spawnSync(readelf, ["-n", libc], { encoding: "utf8" }).stdout);
  const path = `/usr/lib/debug/.build-id/${id?.[1]}/${id?.[2]}.debug`;
  return existsSync(path) ? path : undefined;
}
const file = debugFile();

describe("DebugNames", () => {
  it.skipIf(file === undefined || addr2line === undefined || nm === undefined)(
    "names what is behind an exported function by its own name (needs binutils and the C library's debug file)",
    async () => {
      const symbols = spawnSync(nm ?? "", [file ?? ""], { encoding: "utf8", maxBuffer: 2 ** 26 }).stdout;
      const start = Number.parseInt(/^([0-9a-f]+) t sysmalloc$/m.exec(symbols)?.[1] ?? "", 16);
      const names = new DebugNames();
      const inside = names.add({ symbol: "__default_morecore", module: libc ?? "", address: start + 64 });
      const outside = names.add({ symbol: "known", module: libc ?? "", address: 2 });
      const profile = new Profile();
      profile.add(["main", outside, inside], 5);
      expect([...(await names.rename(profile)).stacks()]).toEqual([
        { frames: ["main", "known", "sysmalloc"], value: 5, count: 1 },
      ]);
    },
  );

  it("keeps the names of modules without debugging information", async () => {
    const names = new DebugNames();
    for (const module of ["/nonexistent", "/proc/self/status", process.execPath]) {
      expect(names.add({ symbol: "leaf", module, address: 0x1178 })).toBe("leaf");
    }
    const profile = new Profile();
    expect(await names.rename(profile)).toBe(profile);
  });
});
