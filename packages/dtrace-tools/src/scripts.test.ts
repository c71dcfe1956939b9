import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineTool } from "test-support";
import { afterAll, describe, expect, it } from "vitest";
import { importBpftrace } from "./import/bpftrace.ts";
import { available } from "./record/choose.ts";
import { script, SCRIPT_NAMES } from "./scripts.ts";

const directory = mkdtempSync(join(tmpdir(), "dtrace-tools-scripts-"));
afterAll(() => rmSync(directory, { recursive: true }));

const usable = (await available()).some((tracer) => tracer.name === "bpftrace" && tracer.usable);
const bpftrace = usable ? machineTool("bpftrace") : undefined;

/** What the scripts count at least of the program below, and at most. */
const LIMITS = {
  "brkquantize.bt": [40e6, 70e6],
  "brkbytes.bt": [40e6, 70e6],
  "mmapbytes.bt": [30e6, 60e6],
  // One fault may make a huge page resident.
  "pagefaults.bt": [2e6, 140e6],
} as const;
const RUNNABLE = Object.keys(LIMITS) as (keyof typeof LIMITS)[];

describe("script", () => {
  it("fills the parameters in and leaves the rest as it is", () => {
    const filled = script("brkbytes.d", { follow: false, minBytes: 4096, stackFrames: 20 });
    expect(filled).toContain("inline int FOLLOW = 0;");
    expect(filled).toContain("inline int MIN_BYTES = 4096;");
    expect(filled).toContain("option ustackframes=20\n");
    const library = "/opt/lib/libc.so";
    const other = script("mallocbytes.bt", { follow: false, minBytes: 16, stackFrames: 9, library });
    expect(other).toContain("#define FOLLOW 0\n#define MIN_BYTES 16\n");
    expect(other.match(/uprobe:\/opt\/lib\/libc\.so:\w+/g)).toHaveLength(3);
    expect(other).toContain("ustack(perf, 9)");
    const same = { follow: true, minBytes: 1, stackFrames: 100 };
    for (const name of ["brkbytes.d", "brkbytes.bt"] as const) expect(script(name, same)).toBe(script(name));
  });

  it("refuses values that make no sense, and parameters that a script does not have", () => {
    expect(() => script("brkquantize.d", { minBytes: 0.5 })).toThrow(
      "minBytes: expected a whole number from 1, found 0.5",
    );
    expect(() => script("mallocbytes.bt", { library: "a:b { exit() }" })).toThrow(
      /^library: expected a whole/,
    );
    expect(() => script("brkbytes.d", { library: "/lib/libc.so" })).toThrow(
      "library: brkbytes.d has no such parameter",
    );
  });

  it.each(SCRIPT_NAMES)("has %s as a file that can be run by hand and says what it tells", (name) => {
    const first = name.endsWith(".d") ? "#!/usr/sbin/dtrace -qs" : "#!/usr/bin/env bpftrace";
    expect(script(name).split("\n").slice(0, 2)).toEqual([first, "/*"]);
    expect(script(name)).toContain(` * ${name}: `);
  });

  it.skipIf(bpftrace === undefined).each(RUNNABLE)(
    "%s tells what it should of a command (needs bpftrace, root and tracefs)",
    async (name) => {
      const file = join(directory, name);
      writeFileSync(file, script(name));
      // 40 MB in blocks of 100 kB, which take the heap, and one of 30 MB, which is mapped.
      const program = "a=[bytearray(100000) for _ in range(400)]; b=bytearray(30000000)";
      const python = `import ctypes; ctypes.CDLL(None).mallopt(-3, 1000000); ${program}`;
      const command = join(directory, "grow.sh");
      writeFileSync(command, `exec python3 -c '${python}'\n`);
      const ran = spawnSync(bpftrace ?? "", [file, "-c", `/bin/sh ${command}`], { encoding: "utf8" });
      const { profile, sums, distributions, lost } = await importBpftrace(
        (async function* () {
          yield Buffer.from(ran.stdout);
        })(),
      );
      expect(lost).toBe(0);
      const found = sums?.get("@bytes") ?? profile.total;
      const [least, most] = LIMITS[name];
      expect(found).toBeGreaterThan(least);
      expect(found).toBeLessThan(most);
      const counts = [...(distributions?.get("@sizes")?.values() ?? [])];
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(sums?.get("@calls") ?? 0);
    },
  );
});
