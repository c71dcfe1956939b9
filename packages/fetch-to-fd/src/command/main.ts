import { readFile } from "node:fs/promises";
import { downloadFile } from "../download-file.ts";
import { fetchToFd } from "../fetch-to-fd.ts";
import type { Progress } from "../options.ts";
import { HELP, readArguments } from "./arguments.ts";
import { ProgressBar } from "./progress-bar.ts";

/** Does what the command line says. */
export async function main(args: readonly string[], signal: AbortSignal): Promise<void> {
  const order = await readArguments(args);
  if (order === "help") {
    process.stdout.write(HELP);
    return;
  }
  if (order === "version") {
    const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
    process.stdout.write(`${(JSON.parse(manifest) as { version: string }).version}\n`);
    return;
  }
  const bar = process.stderr.isTTY && !order.isQuiet ? new ProgressBar(process.stderr) : undefined;
  const onProgress = bar && ((progress: Progress) => bar.show(progress));
  const options = { ...order.options, signal, onProgress };
  try {
    if (order.path === undefined) await fetchToFd(order.url, order.fd, options);
    else await downloadFile(order.url, order.path, options);
  } finally {
    bar?.end();
  }
}
