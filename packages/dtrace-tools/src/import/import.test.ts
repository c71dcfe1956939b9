import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TraceFormatError } from "../errors.ts";
import { toFolded } from "../export/folded.ts";
import { Profile } from "../profile/profile.ts";
import { importDtrace } from "./dtrace.ts";
import { importFolded } from "./folded.ts";
import { guess } from "./guess.ts";
import { importTrace } from "./import-trace.ts";
import type { Imported } from "./imported.ts";
import { importPerf } from "./perf.ts";
import { importStrace } from "./strace.ts";

const STRACE = `100 execve("/usr/bin/grow", ["grow", "a) = b"], 0x7ffc3dd3e1f8 /* 35 vars */) = 0
100 brk(NULL)                         = 0x1000
100 brk(0x3000)                       = 0x3000
 > /usr/lib/libc.so.6(__brk+0x7) [0xfdc47]
 > /opt/app(store::put(int, char const*)+0x1f) [0x1178]
 > /opt/old app (deleted)(main+0x9) [0x1198]
 > /usr/bin/node() [0x1129731]
 > unexpected_backtracing_error [0x7ff650024011]
100 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND, stack_size=0x7ffe80} => {parent_tid=[101]}, 88) = 101
101 brk( <unfinished ...>
100 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>
101 <... brk resumed>0x4000)          = 0x4000
 > /usr/lib/libc.so.6(sbrk+0x4c) [0xfdccc]
102 brk(0x6000)                       = 0x6000
100 <... clone resumed>, child_tidptr=0x7f86f2c67a10) = 102
102 --- SIGCHLD {si_signo=SIGCHLD} ---
102 execve("/bin/missing", ["missing"], 0x7ffe /* 1 var */) = -1 ENOENT (No such file or directory)
102 execve("/bin/sh", ["sh"], 0x7ffe /* 1 var */) = 0
102 12:00:01.000003 brk(NULL)         = 0x9000 <0.000003>
102 brk(0xa000)                       = 0xa000
101 +++ exited with 0 +++
102 +++ killed by SIGKILL +++
100 brk(0x3800)                       = 0x3800
100 +++ exited with 0 +++
`;

const PERF = `# a comment
grow one 6507/6507    771.000001: PERF_RECORD_COMM exec: grow one:6507/6507
grow one 6507/6507    771.028881: syscalls:sys_enter_brk: brk: 0x00000000
	           1fc47 brk+0x7 (/usr/lib/ld-linux-x86-64.so.2)

grow one 6507/6507    771.028888: syscalls:sys_exit_brk: 0x1000
	           1fc47 brk+0x7 (/usr/lib/ld-linux-x86-64.so.2)

grow one 6507/6508    771.028890: syscalls:sys_exit_brk: 0x3000
	           fdc47 __brk+0x7 (/usr/lib/libc.so.6)
	    7ff65002478f JS:^parse Summary /app/grow.js:3:22+0xcf (/tmp/perf-8015.map)
	            1176 store::put(int, char const*)+0xd (/tmp/grow (deleted))
	            1177 [unknown] (/usr/bin/node)

grow one 6507/6507    771.03: PERF_RECORD_FORK(6510:6510):(6507:6507)
grow one 6510/6510    771.04: syscalls:sys_exit_brk: 0x3500
	           fdc47 __brk+0x7 (/usr/lib/libc.so.6)

sh       6510/6510    771.05: PERF_RECORD_COMM exec: sh:6510/6510
sh       6510/6510    771.06: syscalls:sys_exit_brk: 0x9000

sh       6510/6510    771.07: syscalls:sys_exit_brk: 0x9100

sh       6510/6510    771.08: PERF_RECORD_LOST lost 7
sh       6510/6510    771.09: PERF_RECORD_EXIT(6510:6510):(6507:6507)
`;

const DTRACE = `what the program itself printed: 12

              libc.so.1\`_brk_unlocked+0xa
              libc.so.1\`sbrk+0x2f
              a.out\`store::put(int, char*)+0x1b
              [ a note ]
              a.out\`main
             4096

              0xfffffd7fff3a1b2c
              a.out\`0x401000
              8192


  brk() allocation sizes
           value  ------------- Distribution ------------- count    
            2048 |                                         0        
            4096 |@@@@@@@@@@@@@@@@@@@@                     1        
            8192 |@@@@@@@@@@@@@@@@@@@@                     1        
           16384 |                                         0        

  Total bytes allocated                                         12288
  Total number of brk() calls                                       2
`;

async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  // The same memory again and again, as a producer is free to do.
  const reused = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(reused, 0, at, at + size);
    yield reused.subarray(0, length);
  }
}

function whole(text: string): AsyncGenerator<Uint8Array> {
  return chunks(text, Math.max(Buffer.byteLength(text), 1));
}

function facts({ profile, heap, distributions, sums, lost, warnings }: Imported): unknown {
  return { stacks: [...profile.stacks()], heap, distributions, sums, lost, warnings };
}

describe("importStrace", () => {
  it("follows threads, children whose birth comes late, and exec", async () => {
    const { profile, heap, warnings } = await importStrace(whole(STRACE));
    expect(warnings).toEqual([]);
    expect(heap?.totals).toMatchObject({
      bytes: 0x2000 + 0x1000 + 0x2000 + 0x1000,
      calls: 4,
      released: 0x800,
    });
    expect(heap?.processes).toMatchObject([
      { pid: 102, command: "sh", bytes: 0x3000, held: 0x1000 },
      { pid: 100, command: "grow", bytes: 0x3000, released: 0x800, held: 0x2800 },
    ]);
    expect([...toFolded(profile)].toSorted()).toEqual([
      `grow ${0x2000}\n`,
      `grow;[node];main;store::put(int, char const*);__brk ${0x2000}\n`,
      `grow;sbrk ${0x1000}\n`,
      `sh ${0x1000}\n`,
    ]);
  });

  it("sees the end of the target though threads of it ended before their births had returned", async () => {
    const { rootEnded, heap } = await importStrace(
      whole(`7 execve("/bin/app", ["app"]) = 0
7 brk(NULL) = 0x10
7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} <unfinished ...>
8 +++ exited with 0 +++
7 <... clone3 resumed> => {parent_tid=[0]}, 88) = 8
7 fork( <unfinished ...>
9 +++ exited with 0 +++
7 <... fork resumed>) = 9
7 brk(0x20) = 0x20
7 +++ exited with 0 +++
`),
    );
    expect(rootEnded).toBe(true);
    expect(heap?.processes.map(({ pid }) => pid)).toEqual([9, 7]);
  });

  it.each([" <unfinished ...>", ", 0x7ffe /* 35 vars */ <pid changed to 7 ...>"])(
    "knows the program that another thread than the first runs (%s)",
    async (rest) => {
      const { warnings, heap, rootEnded } = await importStrace(
        whole(`7 execve("/bin/app", ["app"]) = 0
7 brk(NULL) = 0x10
7 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 8
8 execve("/bin/other", ["other"]${rest}
7 +++ superseded by execve in pid 8 +++
7 <... execve resumed>) = 0
7 brk(NULL) = 0x10
7 brk(0x20) = 0x20
7 +++ exited with 0 +++
`),
      );
      expect(warnings).toEqual([]);
      expect(heap?.processes).toMatchObject([{ pid: 7, command: "other", bytes: 16 }]);
      expect(rootEnded).toBe(true);
    },
  );

  it("keeps what a truncated log tells and says what is missing", async () => {
    const { heap, warnings } = await importStrace(
      whole("7 brk(NULL) = 0x10\n7 brk(0x20) = 0x20\n7 brk(0x30 <unfinished ...>\n8 brk(0) = 0x1\n"),
    );
    expect(heap?.totals.bytes).toBe(16);
    expect(warnings).toHaveLength(2);
  });

  it("reads a log without process numbers", async () => {
    const { heap } = await importStrace(whole("brk(NULL) = 0x10\nbrk(0x20) = 0x20\n"));
    expect(heap?.totals).toMatchObject({ bytes: 16, calls: 1 });
  });
});

describe("importPerf", () => {
  it("weighs stacks by growth, in each process, and tells what was lost", async () => {
    const { profile, heap, lost, warnings } = await importPerf(whole(PERF));
    expect(warnings).toEqual([]);
    expect(lost).toBe(7);
    expect(heap?.processes).toMatchObject([
      { pid: 6510, command: "sh", bytes: 0x600 },
      { pid: 6507, command: "grow one", bytes: 0x2000 },
    ]);
    expect([...toFolded(profile)]).toEqual([
      `grow one;[node];store::put(int, char const*);JS:^parse Summary /app/grow.js:3:22;__brk ${0x2000}\n`,
      `grow one;__brk ${0x500}\n`,
      `sh ${0x100}\n`,
    ]);
  });

  it("counts only what comes after a launcher has become the target", async () => {
    const { heap } = await importPerf(whole(PERF), { afterExecOf: 6510 });
    expect(heap?.totals).toMatchObject({ bytes: 0x100, calls: 1 });
  });

  it("counts other events as one each", async () => {
    const text =
      "app 12 [001] 1.5: page-faults: \n\t 12 main+0x1 (/app)\n\t 13 [unknown] ([unknown])\n\napp 12 [001] 1.6: page-faults:u: \n\t 12 main+0x2 (/app)\n\t 15 [unknown] ([unknown])\n\n";
    const { profile, heap } = await importPerf(whole(text));
    expect(heap).toBeUndefined();
    expect(profile.unit).toBe("samples");
    expect([...toFolded(profile)]).toEqual(["app;[unknown];main 2\n"]);
  });
});

describe("importDtrace", () => {
  it("reads stacks, distributions and sums among a program's own output", async () => {
    const { profile, distributions, sums } = await importDtrace(whole(DTRACE));
    expect([...toFolded(profile)]).toEqual([
      "a.out`main;a.out`store::put(int, char*);libc.so.1`sbrk;libc.so.1`_brk_unlocked 4096\n",
      "a.out`0x401000;0xfffffd7fff3a1b2c 8192\n",
    ]);
    expect(distributions).toEqual(
      new Map([
        [
          "brk() allocation sizes",
          new Map([
            [4096, 1],
            [8192, 1],
          ]),
        ],
      ]),
    );
    expect(sums).toEqual(
      new Map([
        ["Total bytes allocated", 12288],
        ["Total number of brk() calls", 2],
      ]),
    );
  });

  it("says that a trace ends in the middle of a stack", async () => {
    const { profile, warnings } = await importDtrace(whole(DTRACE.slice(0, DTRACE.indexOf("8192"))));
    expect([...profile.stacks()]).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });
});

describe("every importer", () => {
  it("gives the same for chunks of every size", async () => {
    for (const [text, load] of [
      [STRACE, importStrace],
      [PERF, importPerf],
      [DTRACE, importDtrace],
    ] as const) {
      const expected = facts(await load(whole(text)));
      for (let size = 1; size <= Buffer.byteLength(text); size += size < 80 ? 1 : 37) {
        expect(facts(await load(chunks(text, size)))).toEqual(expected);
      }
    }
  });

  it("is found by the shape of the text", async () => {
    expect(guess(STRACE)).toBe("strace");
    expect(guess(PERF)).toBe("perf");
    expect(guess(DTRACE)).toBe("dtrace");
    expect(guess("a;b;c 12\nmain 3\n")).toBe("folded");
    expect(guess("")).toBeUndefined();
    expect(facts(await importTrace(chunks(PERF, 100)))).toEqual(facts(await importPerf(whole(PERF))));
  });

  it("refuses what is no trace, naming what it found", async () => {
    await expect(importTrace(whole(""))).rejects.toThrow("the trace is empty");
    await expect(importTrace(whole("\u0000\u0001binary\n"))).rejects.toThrow(/found binary data$/);
    await expect(importTrace(whole("a;b 1\na;b\n"), "folded")).rejects.toMatchObject({ line: 2 });
    await expect(importFolded(chunks("x".repeat(17 * 1024 * 1024), 1 << 20))).rejects.toThrow(
      TraceFormatError,
    );
  });
});

describe("folded stacks", () => {
  const name = fc
    .string({ unit: fc.constantFrom("a", "B", ":", "(", " ", "`", "é", "1"), minLength: 1, maxLength: 8 })
    .filter((text) => text.trim() === text && !text.startsWith("#"));

  it("come back as they were written", async () => {
    const stack = fc.tuple(
      fc.array(name, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(stack, { maxLength: 12 }),
        fc.integer({ min: 1, max: 50 }),
        async (stacks, size) => {
          const profile = new Profile();
          for (const [frames, value] of stacks) profile.add(frames, value);
          const text = [...toFolded(profile)].join("");
          const { profile: again } = await importFolded(chunks(text, size));
          expect([...toFolded(again)].toSorted()).toEqual([...toFolded(profile)].toSorted());
          expect(again.total).toBe(profile.total);
        },
      ),
      { numRuns: 60 },
    );
  });
});
