// The file is of words: `machine NAME` or `default` begins an entry, `login`, `password` and `account` with a word each
// belong to it; `macdef` begins a macro of ftp(1) that ends at an empty line. See netrc(5).
import type { Credentials } from "./credentials.ts";

/** Finds a machine's entry in the text of a .netrc file; the first that is meant counts. */
export function findNetrcEntry(text: string, machine: string): Credentials | undefined {
  const words = netrcWords(text);
  let isMeant = false;
  let user: string | undefined;
  let password: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === "machine" || word === "default") {
      if (isMeant) break;
      isMeant = word === "default" || words[++at]?.toLowerCase() === machine.toLowerCase();
    } else if (word === "login" || word === "password" || word === "account") {
      const value = words[++at];
      if (isMeant && word === "login") user ??= value;
      if (isMeant && word === "password") password ??= value;
    }
  }
  return isMeant && user !== undefined ? { user, password: password ?? "" } : undefined;
}

/** Words may stand in double quotes, with backslashes before what would otherwise end them. */
function netrcWords(text: string): string[] {
  const lines = text.replace(/^[ \t]*macdef[^]*?(\n[ \t]*\r?\n|$(?![^]))/gm, "\n").split("\n");
  return lines
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) =>
      Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g), ([whole, quoted]) =>
        quoted === undefined ? whole : quoted.replace(/\\(.)/g, "$1"),
      ),
    );
}
