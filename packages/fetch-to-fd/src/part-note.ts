import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import type { ResumePoint } from "./opened.ts";
import { isOwnFile } from "./own-file.ts";

/** No proof or URL is that long, in bytes. */
const MAX_SIZE = 64 * 1024;

/** What a part is the beginning of. */
export type PartOrigin = Omit<ResumePoint, "start">;

/** The note `PATH.part.json` beside a part: what it is the beginning of, and which process is writing it. */
export class PartNote {
  readonly #path: string;

  constructor(part: string) {
    this.#path = `${part}.json`;
  }

  /** @returns undefined where there is none to be relied on, or another process is at work */
  async read(): Promise<PartOrigin | undefined> {
    const file = await open(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const stat = await file.stat();
      return isOwnFile(stat) && stat.size <= MAX_SIZE ? parseNote(await file.readFile("utf8")) : undefined;
    } finally {
      await file.close();
    }
  }

  /** @param pid of the process that is writing the part */
  async write({ url, proof, size }: PartOrigin, pid?: number): Promise<void> {
    await this.remove();
    // Of a URL, also the path may be a secret.
    const file = await open(this.#path, "wx", 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ url, proof, size, pid })}\n`);
    } finally {
      await file.close();
    }
  }

  async remove(): Promise<void> {
    await removeFile(this.#path);
  }
}

/** Removes a file if there is one. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

function parseNote(text: string): PartOrigin | undefined {
  try {
    const { url, proof, size, pid } = JSON.parse(text) as Record<string, unknown>;
    const isOfForm = typeof url === "string" && typeof proof === "string";
    if (!isOfForm || (typeof pid === "number" && isRunning(pid))) return undefined;
    return { url, proof, size: typeof size === "number" ? size : undefined };
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may be somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
