/** Control characters, but for tabs and ends of lines. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/g;

/**
 * Text that does nothing to a terminal: whoever writes a summary or builds a package can put control characters into any text of
 * it, which are shown as `\x1b`. Tabs and ends of lines stay.
 */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, (character) => shownByte(character.charCodeAt(0)));
}

/** A byte as a person can read it. */
export function shownByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
