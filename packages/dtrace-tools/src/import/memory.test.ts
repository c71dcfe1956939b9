import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const index = new URL("../../dist/index.js", import.meta.url).href;

/** Folds traces of as many bytes as it is told, of 500 distinct stacks that come again and again. */
const PROGRAM = `
import { importTrace } from ${JSON.stringify(index)};
const [format, size] = process.argv.slice(1);
const name = (number) => "f".repeat(30) + number % 50;
const stack = (number) => format === "dtrace"
  ? \`\\n    libc.so.1\\\`\${name(number)}+0xa\\n    a.out\\\`caller_\${number}+0x1\\n    4096\\n\`
  : \`main;\${name(number)};caller_\${number} 4096\\n\`;
const chunk = Buffer.from(Array.from({ length: 500 }, (_, number) => stack(number)).join(""));
let left = Number(size);
async function* input() { for (; left > 0; left -= chunk.length) yield chunk; }
const { profile } = await importTrace(input(), format);
process.stdout.write(JSON.stringify({ stacks: profile.stackCount, kilobytes: process.resourceUsage().maxRSS }));
`;

describe("an importer's memory", () => {
  it.for(["dtrace", "folded"] as const)(
    "grows with the distinct stacks of %s, not with the length of the trace",
    (format) => {
      const run = (size: number): { stacks: number; kilobytes: number } => {
        const args = ["--input-type=module", "-e", PROGRAM, format, String(size)];
        const { stdout, stderr } = spawnSync(process.execPath, args, {
          encoding: "utf8",
          cwd: fileURLToPath(new URL(".", import.meta.url)),
        });
        expect(stderr).toBe("");
        return JSON.parse(stdout) as { stacks: number; kilobytes: number };
      };
      const [short, long] = [run(1e6), run(100e6)];
      expect([short.stacks, long.stacks]).toEqual([500, 500]);
      // The engine lets some garbage lie; the trace itself would be twice as much.
      expect(long.kilobytes - short.kilobytes).toBeLessThan(48 * 1024);
    },
  );
});
