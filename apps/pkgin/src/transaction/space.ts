import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { FatalError } from "../fatal-error.ts";
import { humanSize } from "../report/human-size.ts";

/**
 * Makes sure that a directory's file system has room.
 *
 * @param purpose what the room is for, such as `download`
 * @param required bytes
 * @throws FatalError where there is less, as far as users without privileges may use it
 */
export function checkSpace(directory: string, purpose: "download" | "installation", required: bigint): void {
  const available = availableSpace(directory);
  if (required <= available) return;
  // The comma stands in one of the two only; both are known to scripts.
  const comma = purpose === "download" ? "," : "";
  throw new FatalError(
    `${directory} does not have enough space for ${purpose}${comma} (${humanSize(required)} required but only ${humanSize(available)} are available)\n`,
  );
}

/** Bytes that may still be written below a directory, or below the nearest one that exists. */
export function availableSpace(directory: string): bigint {
  const { bavail, bsize } = statfsSync(nearest(directory), { bigint: true });
  return bavail * bsize;
}

/** Whether what is written below two directories takes room from each other. */
export function isSameFileSystem(one: string, other: string): boolean {
  return statSync(nearest(one)).dev === statSync(nearest(other)).dev;
}

function nearest(directory: string): string {
  return existsSync(directory) || directory === dirname(directory) ? directory : nearest(dirname(directory));
}
