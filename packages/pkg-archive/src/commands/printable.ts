/** Text that does nothing to a terminal: control characters, which a package can have in any name, are shown as `\xNN`. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\0-\x08\x0a-\x1f\x7f-\x9f]/g, shown);
}

/** The same for text of several lines, of which there can be very many. */
export function printableLines(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, shown);
}

function shown(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
