import type { Context } from "../context.ts";
import { downloadProgress } from "../report/progress.ts";
import { ProgressBars } from "../report/progress-bars.ts";
import { proceed } from "../report/prompt.ts";
import type { Download, Downloads } from "./downloads.ts";
import type { DownloadProblem } from "./fetch-package.ts";

/** Shows downloads while they go on. */
export interface DownloadReport {
  /** The full names of those that failed, when all have ended; undefined if the user does not want to go on without them. */
  readonly failed: Promise<ReadonlySet<string> | undefined>;
  /** Keeps bars from being drawn while something else writes to the terminal. */
  pause(): void;
  resume(): void;
}

/** Tells of downloads, and asks about each that fails whether to go on without it. */
export function reportDownloads(context: Context, downloads: Downloads): DownloadReport {
  const { output, options } = context;
  const isDrawn = output.canRedraw && !options.parsable && downloads.overNetwork.length > 1;
  const report = isDrawn ? reportByBars(context, downloads) : reportByLines(context, downloads);
  // Whoever waits for it hears of a failure; nobody may be waiting yet.
  report.failed.catch(() => {});
  return report;
}

/** One line for each, in their order, whichever comes first. */
function reportByLines(context: Context, downloads: Downloads): DownloadReport {
  const { output, options } = context;
  const failed = new Set<string>();
  const tell = async (): Promise<ReadonlySet<string> | undefined> => {
    for (const download of downloads.all) {
      const progress = downloadProgress(
        output,
        labelOf(downloads, download),
        `${download.remote.fullName}.tgz`,
        options.parsable,
      );
      if (download.state !== undefined) progress.update(download.state);
      download.onProgress = progress.update;
      const problem = await download.result.catch((error: unknown) => {
        progress.failed();
        throw error;
      });
      if (problem !== undefined && !problem.hasCome) progress.failed();
      else if (downloads.overNetwork.includes(download)) progress.done();
      if (problem !== undefined && !(await goOnWithout(context, download, problem, failed))) return undefined;
    }
    return failed;
  };
  return { failed: tell(), pause() {}, resume() {} };
}

/** A bar for each that goes on. */
function reportByBars(context: Context, downloads: Downloads): DownloadReport {
  const bars = new ProgressBars(context.output);
  const follow = async (download: Download): Promise<Failure | undefined> => {
    const name = `${labelOf(downloads, download)}${download.remote.fullName}.tgz`;
    download.onProgress = (state) => bars.update(name, state);
    if (download.state !== undefined) bars.update(name, download.state);
    const problem = await download.result;
    bars.end(name);
    return problem && { download, problem };
  };
  const tell = async (): Promise<ReadonlySet<string> | undefined> => {
    const failed = new Set<string>();
    try {
      for await (const failure of asTheyEnd(downloads.all.map(follow))) {
        if (failure === undefined) continue;
        bars.pause();
        if (!(await goOnWithout(context, failure.download, failure.problem, failed))) return undefined;
        bars.resume();
      }
    } finally {
      bars.pause();
    }
    return failed;
  };
  return { failed: tell(), pause: () => bars.pause(), resume: () => bars.resume() };
}

interface Failure {
  readonly download: Download;
  readonly problem: DownloadProblem;
}

/** What promises come to, the first first. */
async function* asTheyEnd<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  const open = new Map(
    promises.map((promise, index) => [index, promise.then((value) => ({ index, value }))]),
  );
  while (open.size > 0) {
    const { index, value } = await Promise.race(open.values());
    open.delete(index);
    yield value;
  }
}

function labelOf(downloads: Downloads, download: Download): string {
  const remote = downloads.overNetwork;
  return `[${remote.indexOf(download) + 1}/${remote.length}] `;
}

async function goOnWithout(
  { output, options, signal }: Context,
  { remote }: Download,
  { message }: DownloadProblem,
  failed: Set<string>,
): Promise<boolean> {
  output.err(`${message}\n`);
  failed.add(remote.fullName);
  if (options.atomic && !options.downloadOnly) {
    output.err("pkgin: nothing was changed, since all is to come or nothing\n");
    return false;
  }
  return proceed({ output, answers: options.answers, byDefault: false, signal });
}
