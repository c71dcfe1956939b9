import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { BackgroundSync } from "./background-sync.ts";
import { redactUrl } from "./fetch-error.ts";
import type { Attempt, ResumePoint } from "./opened.ts";
import { isOwnFile } from "./own-file.ts";
import { readChunks } from "./read-chunks.ts";
import { type PartOrigin, PartNote, removeFile } from "./part-note.ts";

/** A link that somebody laid in the way is not followed. */
const KEPT: number = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW;
const NEW: number = KEPT | constants.O_CREAT | constants.O_EXCL;

/** The file `PATH.part` in which a download is gathered. */
export class PartFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #sync: BackgroundSync;
  readonly #note: PartNote | undefined;
  /** What the bytes are the beginning of; undefined where one could not go on with them. */
  #origin: PartOrigin | undefined;
  #isDone = false;

  private constructor(path: string, file: FileHandle, note?: PartNote, origin?: PartOrigin) {
    this.#path = path;
    this.#file = file;
    this.#sync = new BackgroundSync(file);
    this.#note = note;
    this.#origin = origin;
  }

  /** @param resume whether to go on with a part that is there, and keep this one for later */
  static async open(target: string, resume: boolean): Promise<PartFile> {
    const path = `${target}.part`;
    const note = new PartNote(path);
    const origin = resume ? await note.read() : undefined;
    const kept = origin && (await openKept(path));
    if (kept !== undefined) return new PartFile(path, kept, note, origin);
    await note.remove();
    await removeFile(path);
    const file = await open(path, NEW).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? takenError(path) : error;
    });
    return new PartFile(path, file, resume ? note : undefined);
  }

  get fd(): number {
    return this.#file.fd;
  }

  /** Says that so many bytes more are written. @throws Error of a disk that has failed to take what came before */
  noteWritten(bytes: number): void {
    this.#sync.noteWritten(bytes);
  }

  /** Where to go on, if one of these URLs is what the part is of. */
  async resumePoint(urls: readonly (string | URL)[]): Promise<ResumePoint | undefined> {
    const origin = this.#origin;
    const url = urls.map(String).find((each) => redactUrl(each) === origin?.url);
    const { size: start } = await this.#file.stat();
    if (origin === undefined || url === undefined || start === 0 || start > (origin.size ?? start))
      return undefined;
    return { ...origin, url, start };
  }

  /** Notes what is being written, so that it can be gone on with even if this process is killed. */
  async noteOrigin({ asked, proof, size }: Attempt): Promise<void> {
    this.#origin = proof === undefined ? undefined : { url: redactUrl(asked), proof, size };
    if (this.#origin === undefined || !(await this.#isInPlace())) return;
    await this.#note?.write(this.#origin, process.pid);
  }

  /** Forgets all bytes. */
  async restart(): Promise<void> {
    this.#origin = undefined;
    if (await this.#isInPlace()) await this.#note?.remove();
    await this.#file.truncate(0);
  }

  /** Reads all bytes; a chunk is valid until the next one is asked for. */
  read(signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    return readChunks(this.#file, signal);
  }

  /** Brings the bytes to disk and gives the file its name. @param size that it has if nobody else has written to it */
  async moveTo(target: string, size: number): Promise<void> {
    await this.#sync.finish();
    const { size: found } = await this.#file.stat();
    if (found !== size || !(await this.#isInPlace())) throw takenError(this.#path);
    await rename(this.#path, target);
    this.#isDone = true;
    await this.#note?.remove();
    await syncDirectory(dirname(target));
  }

  /** @param isSound whether the bytes are worth keeping for another time */
  async close(isSound: boolean): Promise<void> {
    await this.#sync.settle();
    try {
      if (this.#isDone || !(await this.#isInPlace())) return;
      if (isSound && (await this.#keep())) return;
      await this.#note?.remove();
      await removeFile(this.#path);
    } finally {
      await this.#file.close();
    }
  }

  /** @returns false where it is of no use, or cannot be */
  async #keep(): Promise<boolean> {
    const { size } = await this.#file.stat();
    if (size === 0 || this.#origin === undefined || this.#note === undefined) return false;
    try {
      await this.#sync.finish();
      await this.#note.write(this.#origin);
      return true;
    } catch {
      // Such as on a full disk; what is told then is the failure that came before.
      return false;
    }
  }

  /** False where another process has put its own part in place of this one. */
  async #isInPlace(): Promise<boolean> {
    const [own, found] = await Promise.all([this.#file.stat(), lstat(this.#path).catch(() => undefined)]);
    return own.ino === found?.ino && own.dev === found.dev;
  }
}

function takenError(path: string): Error {
  return Object.assign(new Error(`another process is writing ${path}`), { syscall: "open" });
}

/** Opens a part of an earlier time, unless it is not to be relied on. */
async function openKept(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, KEPT).catch(() => undefined);
  if (file === undefined || isOwnFile(await file.stat())) return file;
  await file.close();
  return undefined;
}

/** Brings the directory's new entry to disk. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
