import { openUrl } from "../src/open-url.ts";
import type { OpenOptions } from "../src/options.ts";

/** Opens a URL and reads all of it. */
export async function openText(url: string, options?: OpenOptions): Promise<string> {
  const { body } = await openUrl(url, options);
  const parts: Buffer[] = [];
  for await (const chunk of body) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}
