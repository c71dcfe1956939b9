/** Something that is done beside others of its kind, of which only so many go on at once. */
export interface PoolTask {
  /** Whom it burdens, such as a host. */
  readonly burdens: string;
  /** Must not throw. */
  readonly run: () => Promise<void>;
}

/** How many tasks may go on at once. */
export interface PoolLimits {
  readonly total: number;
  /** Of those that burden the same. */
  readonly each: number;
}

/**
 * Runs tasks in their order, several at once; one that has to wait for others of its kind is overtaken.
 *
 * @returns when all have ended
 */
export async function runPool(tasks: readonly PoolTask[], { total, each }: PoolLimits): Promise<void> {
  const waiting = [...tasks];
  const burdened = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const burden = (whom: string, change: 1 | -1) => burdened.set(whom, (burdened.get(whom) ?? 0) + change);
  const run = async (task: PoolTask): Promise<void> => {
    burden(task.burdens, 1);
    await task.run();
    burden(task.burdens, -1);
  };
  for (;;) {
    const next = waiting.findIndex(({ burdens }) => (burdened.get(burdens) ?? 0) < each);
    const [task] = next < 0 || running.size >= total ? [] : waiting.splice(next, 1);
    if (task !== undefined) {
      const ending = run(task).finally(() => running.delete(ending));
      running.add(ending);
    } else if (running.size > 0) {
      await Promise.race(running);
    } else {
      return;
    }
  }
}
