import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { toPprof } from "../export/pprof.ts";
import { toFolded } from "../export/folded.ts";
import { toSpeedscope } from "../export/speedscope.ts";
import { Profile } from "../profile/profile.ts";
import { importBpftrace } from "./bpftrace.ts";
import { importDhat } from "./dhat.ts";
import { guess } from "./guess.ts";
import { importHeapProfile } from "./heap-profile.ts";
import { importHeapSnapshot } from "./heap-snapshot.ts";
import { importHeaptrack } from "./heaptrack.ts";
import { importTrace } from "./import-trace.ts";
import { importMassif } from "./massif.ts";

async function* chunks(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const whole = (text: string | Uint8Array): AsyncIterable<Uint8Array> => chunks(text, 1 << 20);
const folded = ({ profile }: { profile: Profile }): string[] => [...toFolded(profile)].toSorted();

const HEAPTRACK = `v 10400 3
X ./grow
I 1000 5e298d
s 9 /app/grow
s 4 main
s 10 grow with space.c
s 4 leaf
s 7 inlined
i 5647311dd1d6 1 2 3 5
t 1 0
i 5647311dd186 1 5 3 9 4 3 3
t 2 1
a 2710 2
+ 0
+ 0
c 5
i 7f00 1
t 3 1
a 100 3
+ 1
- 0
c a
- 1
R 123
# strings: 5
`;

const DHAT = `{"dhatFileVersion":2,"mode":"heap","cmd":"./grow","pid":1,
"pps":[{"tb":640000,"tbk":64,"mb":640000,"gb":320000,"eb":320000,"fs":[1,2,3]},
{"tb":1200000,"tbk":2,"gb":700000,"eb":0,"fs":[4,3]}],
"ftbl":["[root]","0x48417B4: malloc (in /usr/libexec/valgrind/vgpreload.so)","0x109186: leaf(int, char) (grow.c:3)",
"0x1091D6: main (grow.c:5)","0x1234: ??? (in /lib/libz.so.1)"]}`;

const MASSIF = `desc: --massif-out-file=x
cmd: ./grow
time_unit: ms
#-----------
snapshot=0
#-----------
time=0
mem_heap_B=0
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=empty
#-----------
snapshot=1
#-----------
time=7
mem_heap_B=1000
mem_heap_extra_B=8
mem_stacks_B=0
heap_tree=peak
n2: 1000 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n2: 900 0x109186: leaf (grow.c:3)
  n0: 600 0x1091D6: main (grow.c:5)
  n0: 200 0x1091D9: other (in /app/grow)
 n0: 100 in 2 places, all below massif's threshold (1.00%)
#-----------
snapshot=2
#-----------
time=9
mem_heap_B=400
mem_heap_extra_B=8
mem_stacks_B=0
heap_tree=detailed
n1: 400 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n0: 400 0x1091D6: main (grow.c:5)
`;

const frame = (functionName: string, url = "", lineNumber = -1): object => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 4,
});
const HEAP_PROFILE = JSON.stringify({
  head: {
    callFrame: frame("(root)"),
    selfSize: 0,
    id: 1,
    children: [
      {
        callFrame: frame("", "file:///app/grow.js", 2),
        selfSize: 16,
        id: 2,
        children: [
          { callFrame: frame("parse", "file:///app/grow.js", 9), selfSize: 1024, id: 3, children: [] },
          { callFrame: frame("(BYTECODE_COMPILER)"), selfSize: 8, id: 4, children: [] },
        ],
      },
    ],
  },
});

const HEAP_SNAPSHOT = JSON.stringify({
  snapshot: {
    meta: {
      node_fields: ["type", "name", "id", "self_size", "edge_count"],
      node_types: [["hidden", "string", "object"], "string", "number", "number", "number"],
    },
  },
  nodes: [2, 0, 1, 24, 0, 2, 0, 3, 24, 0, 1, 1, 5, 100, 0, 1, 0, 7, 50, 0],
  strings: ["Map", "a long text"],
});

const BPFTRACE = `Attaching 3 probes...
Lost 12 events
@bytes[grow,
    __GI___libc_malloc+0
    load_db(int, char*)+29
    main+41
]: 4096
@bytes[
    0x7f91f1f33930
, leaf_small]: 100
@bytes[
	7f6c6601a9b3 __mmap64+19 (/usr/lib/x86_64-linux-gnu/libc.so.6)
	55d0c1a2b3c4 0x55d0c1a2b3c4 (/app/grow)
]: 8
@bytes[
	7f6c6601a9b3 __mmap64+19 (/usr/lib/x86_64-linux-gnu/libc.so.6)
	55d0c1a2b3c4 0x55d0c1a2b3c4 (/app/grow)
]: 8
@other[
    main+1
]: 3

@sizes: 
[1]                    2 |@                                                   |
[64K, 128K)           68 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|
[128K, 256K)           0 |                                                    |
@total: 4212
`;

describe("importHeaptrack", () => {
  it("follows every allocation and release", async () => {
    const { heap, profile, warnings } = await importHeaptrack(whole(HEAPTRACK));
    expect(warnings).toEqual([]);
    expect(folded({ profile })).toEqual(["main;[grow] 256\n", "main;leaf;inlined 20000\n"]);
    expect(heap?.totals).toEqual({
      bytes: 20_256,
      calls: 3,
      released: 10_256,
      peak: 20_256,
      held: 10_000,
      buckets: new Map([
        [8192, 2],
        [256, 1],
      ]),
    });
    expect(heap?.timeline?.at(-1)).toEqual({ time: 10, bytes: 10_000 });
  });

  it("keeps what a truncated file tells, and refuses what is none", async () => {
    const { heap } = await importHeaptrack(whole(HEAPTRACK.slice(0, HEAPTRACK.indexOf("c 5"))));
    expect(heap?.totals).toMatchObject({ bytes: 20_000, held: 20_000 });
    await expect(importHeaptrack(whole("a;b 1\n"))).rejects.toThrow(/expected the version of a heaptrack/);
    const { warnings } = await importHeaptrack(whole(`${HEAPTRACK}+ ff\nmain;leaf 12\n`));
    expect(warnings).toEqual(["2 lines are not heaptrack's and were passed over"]);
  });
});

describe("importDhat", () => {
  it("reads what was asked for, and what was held at the largest and at the end", async () => {
    const { heap, profile } = await importDhat(whole(DHAT));
    expect(folded({ profile })).toEqual([
      "main;[libz.so.1] 1200000\n",
      "main;leaf(int, char);malloc 640000\n",
    ]);
    expect(heap?.totals).toEqual({
      bytes: 1_840_000,
      calls: 66,
      released: 1_520_000,
      peak: 1_020_000,
      held: 320_000,
      buckets: new Map([
        [8192, 64],
        [524_288, 2],
      ]),
    });
  });

  it("refuses what is none", async () => {
    await expect(importDhat(whole('{"a":1}'))).rejects.toThrow(/without pps and ftbl/);
  });
});

describe("importMassif", () => {
  it("reads the stacks of the largest snapshot, and the course of the size", async () => {
    const { heap, profile, warnings } = await importMassif(whole(MASSIF));
    // What no listed caller has stays with the frame itself.
    expect(folded({ profile })).toEqual(["leaf 100\n", "main;leaf 600\n", "other;leaf 200\n"]);
    expect(profile.total).toBe(1000);
    expect(heap?.totals).toMatchObject({ bytes: 1000, peak: 1000, held: 400, released: 600 });
    expect(heap?.timeline).toEqual([
      { time: 0, bytes: 0 },
      { time: 7, bytes: 1000 },
      { time: 9, bytes: 400 },
    ]);
    expect(warnings).toEqual([
      "massif tells how large the heap was, not what was allocated in all: the total is its largest size",
    ]);
  });

  it("says that the stacks are not those of the largest heap", async () => {
    const { warnings } = await importMassif(whole(MASSIF.replace("heap_tree=peak", "heap_tree=empty")));
    expect(warnings).toContain("the stacks are those of 400 bytes; the largest heap had 1000");
    await expect(importMassif(whole("desc: x\n"))).rejects.toThrow(/found none/);
  });
});

describe("importHeapProfile", () => {
  it("names functions by file and line, from 1", async () => {
    expect(folded(await importHeapProfile(whole(HEAP_PROFILE)))).toEqual([
      "(anonymous) (file:///app/grow.js:3:5) 16\n",
      "(anonymous) (file:///app/grow.js:3:5);(BYTECODE_COMPILER) 8\n",
      "(anonymous) (file:///app/grow.js:3:5);parse (file:///app/grow.js:10:5) 1024\n",
    ]);
    await expect(importHeapProfile(whole("[]"))).rejects.toThrow(/without head.callFrame/);
  });
});

describe("importHeapSnapshot", () => {
  it("sums objects up by kind and constructor, but not by what is in a string", async () => {
    const { profile } = await importHeapSnapshot(whole(HEAP_SNAPSHOT));
    expect(folded({ profile })).toEqual(["object;Map 48\n", "string 150\n"]);
    expect([...profile.stacks()].map(({ count }) => count)).toEqual([2, 2]);
    await expect(importHeapSnapshot(whole('{"snapshot":{}}'))).rejects.toThrow(/of another shape/);
  });
});

describe("importBpftrace", () => {
  it("adds up equal stacks, and takes keys beside them as their root", async () => {
    const imported = await importBpftrace(whole(BPFTRACE));
    expect(folded(imported)).toEqual([
      "[grow];__mmap64 16\n",
      "grow;main;load_db(int, char*);__GI___libc_malloc 4096\n",
      "leaf_small;0x7f91f1f33930 100\n",
    ]);
    expect(imported.lost).toBe(12);
    expect(imported.warnings).toEqual(["the stacks of @other are left out: those of @bytes are taken"]);
    expect(imported.sums).toEqual(new Map([["@total", 4212]]));
    expect(imported.distributions).toEqual(
      new Map([
        [
          "@sizes",
          new Map([
            [1, 2],
            [65_536, 68],
          ]),
        ],
      ]),
    );
  });

  it("says that a trace ends in the middle of a stack", async () => {
    const { warnings } = await importBpftrace(whole(BPFTRACE.slice(0, BPFTRACE.indexOf("]: 4096"))));
    expect(warnings).toEqual(["the trace ends in the middle of a stack"]);
  });
});

describe("importTrace", () => {
  const profile = new Profile();
  profile.add(["main", "load"], 12);
  const samples = [
    ["heaptrack", HEAPTRACK],
    ["dhat", DHAT],
    ["massif", MASSIF],
    ["heapprofile", HEAP_PROFILE],
    ["heapsnapshot", HEAP_SNAPSHOT],
    ["bpftrace", BPFTRACE],
    ["speedscope", [...toSpeedscope(profile)].join("")],
  ] as const;

  it.each(samples)("knows %s by its shape, at every chunk size, compressed or not", async (format, text) => {
    expect(guess(text)).toBe(format);
    const expected = folded(await importTrace(whole(text), format));
    expect(expected).not.toEqual([]);
    for (let size = 1; size < text.length; size += size < 20 ? 1 : 211) {
      expect(folded(await importTrace(chunks(text, size)))).toEqual(expected);
    }
    expect(folded(await importTrace(chunks(gzipSync(text), 7)))).toEqual(expected);
  });

  it("knows pprof, which is compressed by itself", async () => {
    expect(folded(await importTrace(chunks(toPprof(profile), 5)))).toEqual(["main;load 12\n"]);
  });

  it("says what is wrong with compressed traces", async () => {
    const cut = gzipSync(HEAPTRACK).subarray(0, 60);
    await expect(importTrace(whole(cut))).rejects.toThrow(/compressed by gzip, but not whole/);
    await expect(importTrace(whole(Buffer.from("28b52ffd00", "hex")))).rejects.toThrow(/zstd -dc FILE/);
  });
});
