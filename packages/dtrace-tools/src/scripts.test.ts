import { describe, expect, it } from "vitest";
import { script, SCRIPT_NAMES } from "./scripts.ts";

describe("script", () => {
  it("fills the parameters in and leaves the rest as it is", () => {
    const filled = script("brkbytes", { follow: false, minBytes: 4096, stackFrames: 20 });
    expect(filled).toContain("inline int FOLLOW = 0;");
    expect(filled).toContain("inline int MIN_BYTES = 4096;");
    expect(filled).toContain("option ustackframes=20\n");
    expect(script("brkbytes", { follow: true, minBytes: 1, stackFrames: 100 })).toBe(script("brkbytes"));
    expect(() => script("brkquantize", { minBytes: 0.5 })).toThrow(
      "minBytes: expected a whole number from 1, found 0.5",
    );
  });

  it("has scripts that can be run by hand", () => {
    for (const name of SCRIPT_NAMES) expect(script(name)).toMatch(/^#!\/usr\/sbin\/dtrace -qs\n/);
  });
});
