/** A time as people read it: milliseconds below a second. */
export function seconds(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
}

/** A short time. */
export function milliseconds(value: number): string {
  return `${(value * 1000).toFixed(2)} ms`;
}

/** A size in MiB. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** How many times as much. */
export function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}
