import { execFileSync } from "node:child_process";
import { machineTool } from "test-support";
import { onTestFinished } from "vitest";

/** Puts a small file system of its own in the place of a directory, until the test has ended; false where that is not allowed. */
export function mountSmall(directory: string, bytes: number): boolean {
  const [mount, umount] = [machineTool("mount"), machineTool("umount")];
  if (process.getuid?.() !== 0 || mount === undefined || umount === undefined) return false;
  try {
    execFileSync(mount, ["-t", "tmpfs", "-o", `size=${bytes}`, "small", directory], { stdio: "pipe" });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync(umount, [directory]));
  return true;
}
