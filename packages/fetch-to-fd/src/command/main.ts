import { readFile } from "node:fs/promises";
import { isatty } from "node:tty";
import { downloadFile } from "../download-file.ts";
import { fetchToFd } from "../fetch-to-fd.ts";
import type { FetchError } from "../fetch-error.ts";
import type { Progress } from "../options.ts";
import { systemReason } from "../system-reason.ts";
import { writeFully } from "../write-fully.ts";
import { HELP, type Order, readArguments } from "./arguments.ts";
import { abortOnSignals } from "./interrupts.ts";
import { ProgressBar } from "./progress-bar.ts";

/** Does what the command line says. */
export async function main(args: readonly string[]): Promise<void> {
  const order = await readArguments(args);
  if (order === "help") await print(HELP);
  else if (order === "version") await print(`${await readVersion()}\n`);
  else await transfer(order);
}

async function transfer(order: Order): Promise<void> {
  const bar = wantsBar(order) ? new ProgressBar(process.stderr) : undefined;
  const options = { ...order.options, ...(bar && told(bar)) };
  try {
    // Behind a descriptor there is nothing to clean up, and a write that nobody reads would keep the process from ending.
    if (order.path === undefined) await fetchToFd(order.url, order.fd, options);
    else await downloadFile(order.url, order.path, { ...options, signal: abortOnSignals() });
  } finally {
    bar?.end();
  }
}

/** What comes is not to be mixed with how much of it has come. */
function wantsBar({ isQuiet, path, fd }: Order): boolean {
  return process.stderr.isTTY && !isQuiet && (path !== undefined || !isatty(fd));
}

function told(bar: ProgressBar) {
  return {
    onProgress: (progress: Progress) => bar.show(progress),
    onRetry: ({ message }: FetchError, delay: number) =>
      bar.note(`fetch-to-fd: ${message}; trying again in ${Math.ceil(delay / 1000)} s`),
  };
}

async function readVersion(): Promise<string> {
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

async function print(text: string): Promise<void> {
  await writeFully(1, Buffer.from(text)).catch((cause: unknown) => {
    throw new Error(`cannot write standard output: ${systemReason(cause)}`, { cause });
  });
}
