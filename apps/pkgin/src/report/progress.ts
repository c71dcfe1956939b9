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
  return output.canRedraw && !plain
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
  const draw = (columns = output.columns) => {
    if (drawn === undefined) output.out(opening.slice(0, roomIn(output.columns)));
    drawn = performance.now();
    output.draw(`\r${barLine(name, last, { elapsed: drawn - started, columns })}\u001b[K`);
  };
  return {
    update(progress) {
      last = progress;
      if (drawn === undefined || performance.now() - drawn >= REDRAW_INTERVAL) draw();
    },
    done() {
      // It is not drawn over any more, so that it may take more than one line.
      draw(Infinity);
      output.out("\n");
    },
    failed() {
      if (drawn !== undefined) output.out("\n");
    },
  };
}

/** What a terminal writes behind a bar that is interrupted. */
const CONTROL_C = "^C";

/** What a bar is drawn for. */
interface BarPlace {
  /** Milliseconds since the start. */
  readonly elapsed: number;
  /** Of the terminal; as many as it takes where the line is not drawn over. */
  readonly columns: number;
}

/** `FILE   NNN% SIZE RATE/s ETA`; the name is cut, and then the rest, where the terminal has no room for all of it. */
export function barLine(
  name: string,
  { received, total, rate }: BarState,
  { elapsed, columns }: BarPlace,
): string {
  // Without a rate that was measured, as if all had come since then.
  const perSecond = rate || (elapsed > 0 ? (received * 1000) / elapsed : 0);
  const percent =
    total === undefined || total === 0
      ? "    "
      : `${String(Math.floor((received * 100) / total)).padStart(3)}%`;
  const left =
    total === undefined || perSecond === 0 ? undefined : Math.max(0, (total - received) / perSecond);
  const figures = `   ${percent} ${bytes(received).padStart(5)} ${bytes(perSecond)}/s ${left === undefined ? "--:--" : clock(left)}`;
  const room = roomIn(columns);
  return `${name.slice(0, Math.max(0, room - figures.length))}${figures}`.slice(0, room);
}

/** Columns that a bar may take. Even behind `^C` the last one stays free, as a line that fills it may wrap. */
function roomIn(columns: number): number {
  return Math.max(0, columns - CONTROL_C.length - 1);
}

function bytes(count: number): string {
  return humanSize(BigInt(Math.round(count)));
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}
