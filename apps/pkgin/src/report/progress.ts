import { humanSize } from "./human-size.ts";
import type { Output } from "./output.ts";

/** How far something has come, in bytes. */
export interface BarState {
  readonly received: number;
  readonly total?: number | undefined;
  /** In a second, where it was measured. */
  readonly rate?: number | undefined;
}

/** The line of one download. Nothing is printed before the first byte has come or all is done. */
export interface DownloadProgress {
  update(progress: BarState): void;
  done(): void;
  /** Ends a line that was begun, without the word that all went well. */
  failed(): void;
}

/** Redrawing more often than this shows nothing more, in milliseconds. */
const REDRAW_INTERVAL = 100;

/**
 * Shows one download: a bar on a terminal, else `downloading NAME`, and `done.` when it has ended well.
 *
 * @param label what stands before the name, such as `[1/3] `
 * @param plain no bar even on a terminal
 */
export function downloadProgress(
  output: Output,
  label: string,
  name: string,
  plain: boolean,
): DownloadProgress {
  return output.isTerminal && !plain
    ? bar(output, label + name, label === "" ? `downloading ${name}:   0%` : "")
    : words(output, `${label}downloading ${name}`);
}

function words(output: Output, beginning: string): DownloadProgress {
  let begun = false;
  const begin = () => {
    if (!begun) output.out(beginning);
    begun = true;
  };
  return {
    update: begin,
    done() {
      begin();
      output.out(" done.\n");
    },
    failed() {
      if (begun) output.out("\n");
    },
  };
}

/** @param opening stands there until the first bar takes its place */
function bar(output: Output, name: string, opening: string): DownloadProgress {
  const started = performance.now();
  let drawn: number | undefined;
  let last: BarState = { received: 0 };
  const draw = () => {
    if (drawn === undefined) output.out(opening);
    drawn = performance.now();
    output.out(`\r${barLine(name, last, drawn - started)}\u001b[K`);
  };
  return {
    update(progress) {
      last = progress;
      if (drawn === undefined || performance.now() - drawn >= REDRAW_INTERVAL) draw();
    },
    done() {
      draw();
      output.out("\n");
    },
    failed() {
      if (drawn !== undefined) output.out("\n");
    },
  };
}

/** `FILE   NNN% SIZE RATE/s ETA`, for so many milliseconds since the start. */
export function barLine(name: string, { received, total, rate }: BarState, elapsed: number): string {
  // Without a rate that was measured, as if all had come since then.
  const perSecond = rate || (elapsed > 0 ? (received * 1000) / elapsed : 0);
  const percent =
    total === undefined || total === 0
      ? "    "
      : `${String(Math.floor((received * 100) / total)).padStart(3)}%`;
  const left =
    total === undefined || perSecond === 0 ? undefined : Math.max(0, (total - received) / perSecond);
  return `${name}   ${percent} ${bytes(received).padStart(5)} ${bytes(perSecond)}/s ${left === undefined ? "--:--" : clock(left)}`;
}

function bytes(count: number): string {
  return humanSize(BigInt(Math.round(count)));
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}
