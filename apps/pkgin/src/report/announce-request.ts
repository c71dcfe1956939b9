import { redactUrl } from "fetch-to-fd";
import type { Context } from "../context.ts";

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443", "ftp:": "21" };

/** With `-V` tells what is asked for, and of whom, in the words that the C programs have for it. */
export function announceRequest({ options, output }: Pick<Context, "options" | "output">, url: string): void {
  if (!options.verbose || !URL.canParse(url)) return;
  const { hostname, port, protocol } = new URL(url);
  if (hostname === "") return;
  output.err(
    `looking up ${hostname}\nconnecting to ${hostname}:${port || PORTS[protocol]}\nrequesting ${redactUrl(url)}\n`,
  );
}
