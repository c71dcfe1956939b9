import { getSystemErrorMap } from "node:util";

/** Tells in the system's words why it refused something, such as `No such file or directory`. */
export function systemReason(error: unknown): string {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  // Node's table has other words for this one.
  if (code === "EISDIR") return "Is a directory";
  const words = (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
