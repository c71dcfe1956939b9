import { rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { FetchError, downloadFile } from "fetch-to-fd";
import type { RemotePackage } from "summary-to-sqlite";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import { networkOptions } from "../config/network.ts";
import type { Context } from "../context.ts";
import { fetchReason } from "../fetch-reason.ts";
import { Resolver } from "../plan/resolver.ts";
import { announceRequest } from "../report/announce-request.ts";
import { downloadProgress } from "../report/progress.ts";
import { cachedFile, packageUrl } from "../transaction/cache.ts";

/** Fetches package files into the current directory, checked; nothing is installed. */
export const download: Command = async (context, args) => {
  const { db, options, output, preferences } = context;
  const resolver = new Resolver(db, preferences);
  const fetched: unknown[] = [];
  let status = 0;
  for (const [index, word] of args.entries()) {
    const remote = resolver.best(word);
    if (remote === undefined) {
      output.err(`${word} is not available in the repository\n`);
      suggestRemote(context, word);
      status = 1;
      continue;
    }
    const file = basename(cachedFile(context, remote));
    if (await fetch(context, remote, { file, label: `[${index + 1}/${args.length}] ` }))
      fetched.push({ fullName: remote.fullName, file: join(process.cwd(), file), size: statSync(file).size });
    else status = 1;
  }
  if (options.json) output.json(fetched);
  return status;
};

async function fetch(
  context: Context,
  remote: RemotePackage,
  { file, label }: { readonly file: string; readonly label: string },
): Promise<boolean> {
  const { options, output } = context;
  const url = packageUrl(remote);
  const progress = downloadProgress(output, label, file, options.parsable);
  try {
    announceRequest(context, url);
    await downloadFile(url, file, {
      ...networkOptions(context, url),
      expectedSize: Number(remote.fileSize),
      digests: (await context.integrity.expected(remote))?.digests,
      onProgress: progress.update,
    });
    progress.done();
    const refusal = await context.integrity.refusal(remote, file);
    if (refusal === undefined) return true;
    rmSync(file);
    output.err(`download error: ${refusal}\n`);
    return false;
  } catch (error) {
    progress.failed();
    if (!(error instanceof FetchError)) throw error;
    output.err(`download error: ${error.url} ${fetchReason(error)}\n`);
    return false;
  }
}
