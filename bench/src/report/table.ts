import type { Result, Row } from "../harness/run-bench.ts";
import { mebibytes, milliseconds, ratio, seconds } from "./units.ts";

/** The rows of a bench as cells of text; the first row is the heading. */
export function tableOf(result: Result): readonly (readonly string[])[] {
  if (result.quantity === "heap growth") {
    const rows = result.rows.map((row) => [row.name, row.failure ?? growthOf(row)]);
    return [["program", "heap growth, bytes"], ...rows];
  }
  if (result.quantity === "own time") {
    return [["program", "time within", "limit"], ...result.rows.map(ownTimeCells)];
  }
  return [["program", "time", "ratio", "peak", "over idle", "ratio"], ...result.rows.map(timeCells)];
}

/** What stands below the table. */
export function notesOf({ note, missing, rows }: Result): readonly string[] {
  const against = new Set(rows.flatMap((row) => (row.against === undefined ? [] : [othersOf(row.against)])));
  return [
    ...(against.size > 0 ? [`Ratios are to ${[...against].join(", ")}.`] : []),
    ...(note === undefined ? [] : [note]),
    ...(missing.length > 0 ? [`Not on this machine: ${missing.join(", ")}.`] : []),
  ];
}

function othersOf(against: NonNullable<Row["against"]>): string {
  if (typeof against === "string") return `"${against}"`;
  return `the slowest of ${against.map((name) => `"${name}"`).join(" and ")}`;
}

function ownTimeCells(row: Row): readonly string[] {
  const limit = shown(row.limit, seconds);
  return [row.name, row.failure ?? shown(row.seconds, milliseconds), row.failure === undefined ? limit : ""];
}

function timeCells(row: Row): readonly string[] {
  if (row.failure !== undefined) return [row.name, row.failure, "", "", "", ""];
  return [
    row.name,
    shown(row.seconds, seconds),
    shown(row.ratio, ratio),
    shown(row.peak, mebibytes),
    shown(row.peakOverIdle, mebibytes),
    shown(row.peakRatio, ratio),
  ];
}

function growthOf({ growth }: Row): string {
  return shown(growth, (bytes) => bytes.toLocaleString("en"));
}

function shown(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? "" : format(value);
}
