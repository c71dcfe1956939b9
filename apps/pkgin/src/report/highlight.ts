import type { Context } from "../context.ts";
import { printable } from "./printable.ts";

/** What tells whether text can be bold. */
type Terminal = Pick<Context, "environment" | "output">;

/** Bold and back, as every terminal knows them. */
const [BOLD, PLAIN] = ["\u001b[1m", "\u001b[0m"];

/**
 * Makes a function that shows the words of a search in bold, where that is wanted and the terminal can, and makes all else
 * printable.
 */
export function highlighter(words: string, { environment, output }: Terminal): (text: string) => string {
  const isPlain = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  const pattern = output.isTerminal && !isPlain ? anyOf(words) : undefined;
  return (text) => {
    const shown = printable(text);
    return pattern === undefined ? shown : shown.replaceAll(pattern, `${BOLD}$&${PLAIN}`);
  };
}

/**
 * Finds the first line of a description that has a word of the search.
 *
 * @param shown what is shown anyway; where that has all of the words, no excerpt is needed
 */
export function excerptOf(description: string, words: string, shown: string): string | undefined {
  const hidden = wordsOf(words).filter((word) => !shown.toLowerCase().includes(word.toLowerCase()));
  const pattern = anyOf(hidden.join(" "));
  if (pattern === undefined) return undefined;
  return description
    .split("\n")
    .find((line) => line.search(pattern) >= 0)
    ?.trim();
}

function anyOf(words: string): RegExp | undefined {
  const quoted = wordsOf(words).map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return quoted.length === 0 ? undefined : new RegExp(quoted.join("|"), "giu");
}

/** The words and phrases of a search, without the marks around and behind them. */
function wordsOf(words: string): string[] {
  return [...words.matchAll(/"([^"]*)"|([^\s"]+)/g)]
    .map(([, phrase, word = ""]) => phrase ?? word.replace(/\*$/, ""))
    .filter((word) => word !== "");
}
