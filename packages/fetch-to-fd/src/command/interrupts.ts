const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
const interrupt = new AbortController();

/**
 * Listens to signals to the process from here on, so that it can clean up before it ends.
 *
 * @returns what is aborted by the first; those that follow, which a program such as timeout sends at once, change nothing
 */
export function abortOnSignals(): AbortSignal {
  for (const signal of SIGNALS) process.on(signal, () => interrupt.abort(signal));
  return interrupt.signal;
}

/** Ends the process by the signal that has come, if one has, so that a shell sees it. */
export function endBySignal(): void {
  const { aborted, reason } = interrupt.signal;
  if (!aborted) return;
  process.removeAllListeners(reason as NodeJS.Signals);
  process.kill(process.pid, reason as NodeJS.Signals);
}
