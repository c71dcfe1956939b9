import { expect, test } from "vitest";
import { runPool } from "./pool.ts";

/** Tasks that end when they are told to, and what is going on. */
function controlled(hosts: readonly string[]) {
  const running: number[] = [];
  const ends: (() => void)[] = [];
  const tasks = hosts.map((burdens, index) => ({
    burdens,
    run: async () => {
      running.push(index);
      await new Promise<void>((resolve) => (ends[index] = resolve));
      running.splice(running.indexOf(index), 1);
    },
  }));
  const end = async (index: number) => {
    ends[index]?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { tasks, running, end };
}

test("only so many tasks go on at once, and the rest follow in order", async () => {
  const { tasks, running, end } = controlled(["a", "b", "c", "d"]);
  const ended = runPool(tasks, { total: 2, each: 2 });
  expect(running).toEqual([0, 1]);
  await end(1);
  expect(running).toEqual([0, 2]);
  for (const index of [0, 2, 3]) await end(index);
  expect(running).toEqual([]);
  await ended;
});

test("a host gets no more than its share, and others do not wait for it", async () => {
  const { tasks, running, end } = controlled(["a", "a", "a", "b"]);
  const ended = runPool(tasks, { total: 4, each: 2 });
  expect(running).toEqual([0, 1, 3]);
  await end(0);
  expect(running).toEqual([1, 3, 2]);
  for (const index of [1, 2, 3]) await end(index);
  await ended;
});

test("with nothing to do it ends at once", async () => {
  await expect(runPool([], { total: 4, each: 4 })).resolves.toBeUndefined();
});
