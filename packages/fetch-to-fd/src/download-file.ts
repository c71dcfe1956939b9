import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { startDeadline } from "./deadline.ts";
import { DigestCheck } from "./digests.ts";
import { DigestMismatchError, FetchError, SizeMismatchError, WriteError } from "./fetch-error.ts";
import type { FetchResult } from "./fetch-to-fd.ts";
import { openAny } from "./open-any.ts";
import type { Attempt } from "./opened.ts";
import type { DownloadOptions } from "./options.ts";
import { PartFile } from "./part-file.ts";
import { BodyWriter } from "./write-body.ts";

/**
 * Streams a URL to a file, which appears under its name only when it is complete and checked.
 *
 * The bytes go to `PATH.part` beside it, are brought to disk, and the file is renamed; after any failure, and when nothing
 * has changed since the given validators, the target is as it was and, unless `resume` is set, there is no part. Where an
 * attempt breaks off, the next goes on in the middle if the server proves that it is still the same body, and else begins
 * again. A body of the wrong size or digest is fetched from the next mirror.
 *
 * @throws FetchError of any kind; the signal's reason; RangeError for a digest of the wrong form
 */
export async function downloadFile(
  url: string | URL,
  path: string,
  options: DownloadOptions = {},
): Promise<FetchResult> {
  const digests = await DigestCheck.create(options.digests);
  const { signal, clear } = startDeadline(url, options);
  try {
    await refuseSpecialFile(path);
    const part = await PartFile.open(path, options.resume === true);
    let isSound = false;
    try {
      const result = await new Download(part, path, digests, { ...options, signal }).run([
        url,
        ...(options.mirrors ?? []),
      ]);
      if (!result.notModified) await part.moveTo(path, result.bytes);
      return result;
    } catch (error) {
      isSound = !(isMismatch(error) || explain(error, url, path) instanceof WriteError);
      throw error;
    } finally {
      await part.close(isSound);
    }
  } catch (error) {
    throw explain(error, url, path);
  } finally {
    clear();
  }
}

/** Fills a part with what one of several URLs has. */
class Download {
  readonly #part: PartFile;
  readonly #digests: DigestCheck;
  readonly #options: DownloadOptions;
  readonly #writer: BodyWriter;
  /** What the part is the beginning of. */
  #last: Attempt | undefined;

  constructor(part: PartFile, path: string, digests: DigestCheck, options: DownloadOptions) {
    this.#part = part;
    this.#digests = digests;
    this.#options = options;
    const onWritten = (bytes: number) => part.noteWritten(bytes);
    this.#writer = new BodyWriter({ fd: part.fd, name: path, onWritten }, digests, options);
  }

  async run(urls: readonly (string | URL)[]): Promise<FetchResult> {
    for (let rest = urls; ;) {
      const first = await this.#open(rest);
      try {
        return first.notModified ? this.#result(first, 0) : await this.#fill(first);
      } catch (error) {
        // What was there from before may be what is wrong.
        const isStale = first.start > 0 && isMismatch(error);
        if (!isStale) rest = rest.slice(rest.map(String).indexOf(first.asked) + 1);
        if (rest.length === 0 || !this.#isServers(error)) throw error;
        await this.#part.restart();
        this.#digests.restart();
      }
    }
  }

  async #open(urls: readonly (string | URL)[]): Promise<Attempt> {
    const from = await this.#part.resumePoint(urls);
    const onRestart = async (attempt: Attempt) => {
      await this.#begin(attempt);
      this.#writer.restart(attempt);
    };
    return openAny(urls, this.#options, { from, onRestart });
  }

  async #begin(attempt: Attempt): Promise<void> {
    if (attempt.start === 0) await this.#part.restart();
    await this.#part.noteOrigin(attempt);
    this.#last = attempt;
  }

  async #fill(first: Attempt): Promise<FetchResult> {
    try {
      await this.#begin(first);
      if (first.start > 0) await this.#digestPart();
      const bytes = await this.#writer.write(first);
      return this.#result(this.#last ?? first, bytes);
    } finally {
      first.close();
    }
  }

  async #digestPart(): Promise<void> {
    for await (const chunk of this.#part.read(this.#options.signal)) this.#digests.update(chunk);
  }

  #result({ url, start, validators, notModified }: Attempt, bytes: number): FetchResult {
    const digests = notModified ? {} : this.#digests.finish(url);
    return { url, bytes, resumedAt: start, validators, notModified, digests };
  }

  #isServers(error: unknown): boolean {
    const isAborted = this.#options.signal?.aborted === true;
    return error instanceof FetchError && !(error instanceof WriteError) && !isAborted;
  }
}

function isMismatch(error: unknown): boolean {
  return error instanceof SizeMismatchError || error instanceof DigestMismatchError;
}

/** Names the file in errors of the system. */
function explain(error: unknown, url: string | URL, path: string): unknown {
  const isSystems = !(error instanceof FetchError) && (error as NodeJS.ErrnoException).syscall !== undefined;
  return isSystems ? new WriteError(url, path, error) : error;
}

/** Renaming a file onto a device, such as /dev/null, would remove the device. */
async function refuseSpecialFile(path: string): Promise<void> {
  const found: Stats | undefined = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw Object.assign(new Error("not a regular file"), { syscall: "open" });
}
