import { execFile, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { encodeBzip2, realData } from "test-support";
import { expect, test } from "vitest";
import { decompress } from "./decompress.ts";
import { toNdjson } from "./ndjson.ts";
import { records } from "./records.ts";
import { decodeText, encodeText } from "./text.ts";

const summary = "PKGNAME=a-1\nDEPENDS=b>=1\nDEPENDS=c-[0-9]*\nDESCRIPTION=\n\nPKGNAME=b=2\n";

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

interface Flat {
  number: number;
  offset: number;
  text: string;
}

async function flat(bytes: Uint8Array, size = 7): Promise<Flat[]> {
  const all: Flat[] = [];
  for await (const batch of records(chunks(bytes, size))) {
    for (const record of batch) {
      all.push({ number: record.number, offset: record.offset, text: decodeText(record.bytes) });
    }
  }
  return all;
}

test("records end at an empty line, and the last one needs none", async () => {
  expect(await flat(Buffer.from(summary))).toEqual([
    { number: 1, offset: 0, text: "PKGNAME=a-1\nDEPENDS=b>=1\nDEPENDS=c-[0-9]*\nDESCRIPTION=" },
    { number: 2, offset: 56, text: "PKGNAME=b=2" },
  ]);
});

test("several empty lines, and lines that end in CR LF, make no difference", async () => {
  const bytes = Buffer.from("\n\r\nA=1\r\nB=2\r\n\r\n\n\nC=3\r\n");
  for (let size = 1; size <= bytes.length; size++) {
    expect(await flat(bytes, size)).toEqual([
      { number: 1, offset: 3, text: "A=1\r\nB=2\r" },
      { number: 2, offset: 17, text: "C=3" },
    ]);
  }
});

test("no text and empty lines alone have no records", async () => {
  expect(await flat(Buffer.alloc(0))).toEqual([]);
  expect(await flat(Buffer.from("\n"))).toEqual([]);
  expect(await flat(Buffer.from("\r\n\n\n"))).toEqual([]);
});

test("any chunking gives the same records", async () => {
  const text = fc.array(fc.constantFrom("A=1", "B=", "", "C=ü", "\r", "D=x=y"), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 50 }), async (lines, size) => {
      const bytes = Buffer.from(lines.join("\n"));
      expect(await flat(bytes, size)).toEqual(await flat(bytes, 10_000));
    }),
  );
});

test("fields keep every line of a variable, in order", async () => {
  const { value: batch } = await records(chunks(Buffer.from(summary), 1000)).next();
  expect([...(batch?.[0]?.fields() ?? [])]).toEqual([
    ["PKGNAME", ["a-1"]],
    ["DEPENDS", ["b>=1", "c-[0-9]*"]],
    ["DESCRIPTION", [""]],
  ]);
});

test("a line without = is an error that names the record, its place and the line", async () => {
  const bytes = Buffer.from("A=1\n\n<html>\n");
  const read = async () => {
    for await (const batch of records(chunks(bytes, 100))) batch.forEach((record) => record.fields());
  };
  await expect(read()).rejects.toMatchObject({
    code: "ERR_BZ2_MALFORMED_RECORD",
    recordNumber: 2,
    textOffset: 5,
    message: 'record 2, at byte 5 of the text: VARIABLE=VALUE was expected, found "<html>"',
  });
});

test("a record that never ends is refused", async () => {
  const read = async () => {
    for await (const _ of records(chunks(Buffer.alloc(5000, "x"), 100), { maxRecordSize: 1000 }));
  };
  await expect(read()).rejects.toMatchObject({ code: "ERR_BZ2_LIMIT", recordNumber: 1, textOffset: 0 });
});

test("a long record in many small chunks is not copied for each of them", async () => {
  const record = `A=${"x".repeat(3_000_000)}`;
  const all = await flat(Buffer.from(`${record}\n\nB=1\n`), 100);
  expect(all.map(({ number, offset, text }) => [number, offset, text.length])).toEqual([
    [1, 0, record.length],
    [2, record.length + 2, 3],
  ]);
});

test("a stream that is cut tells how many records and bytes had come", async () => {
  const text = "A=1\nB=2\n\n".repeat(30_000);
  const packed = encodeBzip2(Buffer.from(text));
  let seen = 0;
  const read = async () => {
    for await (const batch of records(decompress(chunks(packed.subarray(0, -20), 500)))) seen += batch.length;
  };
  const error = (await read().catch((caught: unknown) => caught)) as {
    recordNumber: number;
    textOffset: number;
  };
  expect(error).toMatchObject({ code: "ERR_BZ2_TRUNCATED", recordNumber: seen });
  expect(seen).toBeGreaterThan(10_000);
  expect(error.textOffset).toBeGreaterThanOrEqual(seen * 9);
});

test("text that is no UTF-8 comes back as the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      expect([...encodeText(decodeText(bytes))]).toEqual([...bytes]);
    }),
    { numRuns: 500 },
  );
  expect(decodeText(Buffer.from("caf\xe9 ü", "latin1"))).toBe("caf\udce9 \udcfc");
  expect(encodeText("😀").toString()).toBe("😀");
});

test("JSON has a string for one value and an array for several", async () => {
  for await (const [record] of records(chunks(Buffer.from("A=1\nB=2\nB=3\n__proto__=x\n"), 100))) {
    expect(record && toNdjson(record)).toBe('{"A":"1","B":["2","3"],"__proto__":"x"}\n');
  }
});

test.skipIf(realData("pkg_summary.bz2") === undefined)(
  "a catalogue of real size has all its records (skipped without the real-size test data)",
  async () => {
    let count = 0;
    for await (const batch of records(decompress(createReadStream(realData("pkg_summary.bz2") ?? "")))) {
      count += batch.length;
    }
    expect(count).toBe(29_022);
  },
);

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

function runWithInput(args: readonly string[], input: Uint8Array) {
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], (_error, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

test("the command prints JSON, text or a count", async () => {
  const packed = encodeBzip2(Buffer.from(summary));
  expect(await runWithInput(["--count"], packed)).toEqual({ status: 0, stdout: "2\n", stderr: "" });
  expect(await runWithInput(["--text"], packed)).toEqual({ status: 0, stdout: summary, stderr: "" });
  expect((await runWithInput([], packed)).stdout).toBe(
    '{"PKGNAME":"a-1","DEPENDS":["b>=1","c-[0-9]*"],"DESCRIPTION":""}\n{"PKGNAME":"b=2"}\n',
  );
});

test("the command says what is wrong in one line", async () => {
  const packed = encodeBzip2(Buffer.from(summary));
  expect(await runWithInput([], packed.subarray(0, 40))).toMatchObject({
    status: 1,
    stderr: "bz2-record-stream: bzip2 stream: the input ends too early at byte 40\n",
  });
  const missing = promisify(execFile)(process.execPath, [bin, "/nonexistent/file"]);
  await expect(missing).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^bz2-record-stream: ENOENT.*\n$/),
  });
});

test("a reader that goes away ends the command quietly", async () => {
  const child = spawn(process.execPath, [bin, "--text"], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => {});
  child.stdin.end(Buffer.alloc(20_000_000, "A=1\n"));
  let stderr = "";
  child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
  child.stdout.once("data", () => child.stdout.destroy());
  await new Promise((resolve) => child.once("close", resolve));
  expect(stderr).toBe("");
});
