import type { Downloads } from "./downloads.ts";
import type { DownloadReport } from "./report-downloads.ts";

/** What installations wait for while packages are still being downloaded. */
export interface Arrival {
  /** Waits for a package. @returns false where it does not come */
  comes(fullName: string): Promise<boolean>;
  /** Full names of what has not come; undefined as long as not everything has been told of. */
  readonly missing: ReadonlySet<string> | undefined;
  /** When everything has been told of. */
  readonly told: Promise<unknown>;
  /** Keeps progress bars from being drawn while something else writes to the terminal. */
  pause(): void;
  resume(): void;
}

/** Where nothing is waited for. */
export const EVERYTHING_IS_THERE: Arrival = {
  comes: async () => true,
  missing: new Set(),
  told: Promise.resolve(),
  pause() {},
  resume() {},
};

/** Lets installations begin while later packages are still being downloaded. */
export function arrivalOf(downloads: Downloads, report: DownloadReport): Arrival {
  const byName = new Map(downloads.all.map((download) => [download.remote.fullName, download]));
  let missing: ReadonlySet<string> | undefined;
  const told = report.failed.then((failed) => (missing = failed ?? new Set()));
  told.catch(() => {});
  return {
    comes: async (fullName) => (await byName.get(fullName)?.result) === undefined,
    get missing() {
      return missing;
    },
    told,
    pause: () => report.pause(),
    resume: () => report.resume(),
  };
}
