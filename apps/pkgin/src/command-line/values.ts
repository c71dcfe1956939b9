/** A value that an option or setting cannot have; the message tells what was expected and found. */
export class BadValue extends Error {
  override readonly name = "BadValue";

  constructor(expected: string, found: string) {
    super(`${expected} was expected, found ${JSON.stringify(found)}`);
  }
}

/** A switch: on where it has no value. @throws BadValue */
export function yesOrNo(value: string): boolean {
  if (/^(?:yes|true|on|1|)$/i.test(value)) return true;
  if (/^(?:no|false|off|0)$/i.test(value)) return false;
  throw new BadValue("yes or no", value);
}

/** @throws BadValue */
export function wholeNumber(value: string, least: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least) return number;
  throw new BadValue(`a whole number from ${least} on`, value);
}

/** What an unset variable of a shell leaves behind is no value. @throws BadValue */
export function filled(value: string, expected: string): string {
  if (value !== "") return value;
  throw new BadValue(expected, value);
}

/** @throws BadValue */
export function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  throw new BadValue(allowed.join(" or "), value);
}
