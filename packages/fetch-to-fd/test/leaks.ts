import { getEventListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { existsSync, readdirSync } from "node:fs";
import { expect } from "vitest";

/** How long a failing test looks for an end, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Runs something, and fails where it leaves behind a connection, a timer, a descriptor, a listener of its signal or a
 * rejection that nobody handles.
 */
export async function expectNoLeaks(action: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  const before = held();
  process.on("unhandledRejection", note);
  try {
    await action();
    await settle(() => leaked(before).length === 0);
    expect(leaked(before)).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
  expect(unhandled).toEqual([]);
  if (signal !== undefined) expect(getEventListeners(signal, "abort")).toEqual([]);
}

/** Closing takes a few turns. */
async function settle(isSettled: () => boolean): Promise<void> {
  const started = performance.now();
  while (!isSettled() && performance.now() - started < PATIENCE) await delay(2);
}

/** What is held now and was not before; the tests' own timers come and go. */
function leaked(before: readonly string[]): string[] {
  const left = [...before];
  return held().filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** What keeps a process running, such as sockets, timers and file operations, and its descriptors. */
function held(): string[] {
  const descriptors = existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd") : [];
  return [...process.getActiveResourcesInfo(), ...descriptors.map(() => "descriptor")];
}
