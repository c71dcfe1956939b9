import { DtraceToolsError } from "./errors.ts";

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  k: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
};
const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/**
 * Reads a size such as `16 MiB`, `1.5GB`, `64k` or a plain number of bytes; `k`, `m` and `g` alone are powers of 1024.
 *
 * @returns whole bytes
 * @throws DtraceToolsError where it is none
 */
export function parseSize(text: number | string): number {
  const [, number = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(text)) ?? [];
  const factor = FACTORS[unit.toLowerCase()];
  if (number !== "" && factor !== undefined) return Math.round(Number(number) * factor);
  throw new DtraceToolsError(`expected a size such as "16 MiB" or 4096, found ${JSON.stringify(text)}`);
}

/** Writes a size for a person, such as `1.5 MiB`. */
export function formatSize(bytes: number): string {
  const size = Math.abs(bytes);
  const power = size < 1024 ? 0 : Math.min(Math.floor(Math.log2(size) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power] ?? ""}`;
}
