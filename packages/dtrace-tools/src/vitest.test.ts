import { describe, expect, it } from "vitest";
import { available } from "./record/choose.ts";
import { expectHeapGrowth } from "./vitest.ts";

const strace = (await available()).some((tracer) => tracer.name === "strace" && tracer.usable);
const shell = (script: string): string[] => ["/bin/sh", "-c", script];

/** What is freed while something else is measured would be missing from that. */
const kept: Buffer[] = [];
const grow = (): number => kept.push(Buffer.alloc(64 << 20, 1));

describe("expectHeapGrowth of a function", () => {
  it("passes where it needs less, and fails where it needs as much", async () => {
    await expectHeapGrowth(grow).toBeBelow("100 MiB");
    await expect(expectHeapGrowth(grow).toBeBelow("32 MiB")).rejects.toThrow(
      /^the function: expected the heap to grow by less than 32.0 MiB, found \d\d\.\d MiB \(\d+ bytes\) of resident/,
    );
    await expectHeapGrowth(() => undefined).toBeBelow("16 MiB");
  });

  it("waits for one that takes time, and lets its failure through", async () => {
    const late = async (): Promise<number> => {
      await new Promise((resolve) => setImmediate(resolve));
      return grow();
    };
    await expect(expectHeapGrowth(late).toBeBelow("32 MiB")).rejects.toThrow(/less than 32.0 MiB/);
    const failing = (): never => {
      throw new Error("it failed");
    };
    await expect(expectHeapGrowth(failing).toBeBelow(1)).rejects.toThrow("it failed");
    await expect(expectHeapGrowth(failing).toBeBelow("much")).rejects.toThrow(/^expected a size such as/);
  });
});

describe.skipIf(!strace)("expectHeapGrowth of a command (needs strace)", () => {
  const options = { backend: "strace" } as const;

  it("passes where it needs less, and fails with the frames that grew it", async () => {
    await expectHeapGrowth(shell("exit 0"), options).toBeBelow("16 MiB");
    await expectHeapGrowth(shell("exit 0"), { ...options, measure: "peak" }).toBeBelow("16 MiB");
    const failed = expectHeapGrowth(shell("exit 0"), options).toBeBelow(1);
    await expect(failed).rejects.toMatchObject({ name: "AssertionError", expected: 1 });
    await expect(failed).rejects.toThrow(/bytes\) in \d+ calls, brk by strace\ntotal bytes .*\n.*sh$/m);
  });

  it("fails where the command does", async () => {
    await expect(expectHeapGrowth(shell("exit 2"), options).toBeBelow("1 GiB")).rejects.toThrow(
      "/bin/sh -c exit 2: expected it to end with status 0, it ended with 2",
    );
  });
});
