/* Bundled for a browser: what the page of the browser test does. */
import { decompressPortable, type RecordStreamError } from "../src/portable.ts";

/** Fetches a file and decodes it. @returns the text, or the code of the error */
async function decodeUrl(url: string): Promise<string> {
  const { body } = await fetch(url);
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of decompressPortable(chunksOf(body as ReadableStream<Uint8Array>)))
      text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    return (error as RecordStreamError).code;
  }
  return text;
}

/** Not every browser can iterate over a body itself. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let result = await reader.read(); !result.done; result = await reader.read()) yield result.value;
}

Object.assign(globalThis, { decodeUrl });
