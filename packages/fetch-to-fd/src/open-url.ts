import { startDeadline } from "./deadline.ts";
import { openAny } from "./open-any.ts";
import type { OpenedUrl } from "./opened.ts";
import type { OpenUrlOptions } from "./options.ts";

/**
 * Opens an `http:`, `https:`, `ftp:` or `file:` URL.
 *
 * @throws HttpStatusError or FtpStatusError for an answer other than success; FetchError when there is no answer; the
 * signal's reason
 */
export async function openUrl(url: string | URL, options: OpenUrlOptions = {}): Promise<OpenedUrl> {
  const { mirrors = [], reuseMemory = false } = options;
  const { signal, clear } = startDeadline(url, options);
  try {
    const attempt = await openAny([url, ...mirrors], { ...options, signal });
    const close = () => {
      clear();
      attempt.close();
    };
    if (attempt.notModified) clear();
    const { size, validators, contentType, notModified, body } = attempt;
    return {
      url: attempt.url,
      size,
      validators,
      contentType,
      notModified,
      body: closing(reuseMemory ? body : copies(body), close),
      close,
    };
  } catch (error) {
    clear();
    throw error;
  }
}

async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

async function* closing(body: AsyncIterable<Uint8Array>, close: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    close();
  }
}
