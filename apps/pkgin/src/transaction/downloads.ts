import type { RemotePackage } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { type DownloadProblem, fetchPackage, isLocal } from "./fetch-package.ts";
import { runPool } from "./pool.ts";

/** No server is asked for more at once, however many jobs there are. */
const PER_HOST = 4;

/** How far a download has come, in bytes. */
export interface DownloadState {
  readonly received: number;
  readonly total?: number | undefined;
  /** In a second. */
  readonly rate: number;
}

/** One package on its way into the cache. */
export class Download {
  readonly remote: RemotePackage;
  /** What went wrong, when it has ended. */
  readonly result: Promise<DownloadProblem | undefined>;
  /** Told of every step from now on; what has come before is told at once. */
  onProgress: ((state: DownloadState) => void) | undefined;
  #state: DownloadState | undefined;
  #resolve!: (result: Promise<DownloadProblem | undefined>) => void;

  constructor(remote: RemotePackage) {
    this.remote = remote;
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    // Whoever waits for it hears of a failure; nobody may be waiting.
    this.result.catch(() => {});
  }

  get state(): DownloadState | undefined {
    return this.#state;
  }

  async run(context: Context): Promise<void> {
    const fetched = fetchPackage(context, this.remote, (state) => {
      this.#state = state;
      this.onProgress?.(state);
    });
    this.#resolve(fetched);
    await fetched.catch(() => {});
  }
}

/** The downloads of one transaction, which go on side by side from the beginning. */
export class Downloads {
  /** In the order in which they are told of. */
  readonly all: readonly Download[];
  readonly #ended: Promise<void>;
  readonly #stop: AbortController = new AbortController();

  /**
   * @param packages in the order in which they are told of
   * @param order full names in the order in which they are wanted
   */
  constructor(context: Context, packages: readonly RemotePackage[], order: readonly string[]) {
    this.all = packages.map((remote) => new Download(remote));
    const place = new Map(order.map((fullName, index) => [fullName, index]));
    const rank = ({ remote }: Download) => place.get(remote.fullName) ?? 0;
    const stoppable = { ...context, signal: AbortSignal.any([context.signal, this.#stop.signal]) };
    const tasks = this.all
      .toSorted((a, b) => rank(a) - rank(b))
      .map((download) => ({
        burdens: new URL(download.remote.repository).host,
        run: () => download.run(stoppable),
      }));
    this.#ended = runPool(tasks, { total: context.options.jobs, each: PER_HOST });
  }

  /** Those that are fetched over the network. */
  get overNetwork(): readonly Download[] {
    return this.all.filter(({ remote }) => !isLocal(remote.repository));
  }

  /** Stops what is still going on, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error("the downloads are not wanted any more"));
    await this.#ended;
  }
}
