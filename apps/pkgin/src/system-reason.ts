import { getSystemErrorMap } from "node:util";

/** Tells in the system's words why it refused something, such as `No such file or directory`. */
export function systemReason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  const words = (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
