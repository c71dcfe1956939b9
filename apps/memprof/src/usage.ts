import type { Option, Options } from "./options.ts";
import type { Verb } from "./verb.ts";

/** Where the texts about options begin. */
const INDENT = 26;
/** Longer lines are hard to read. */
const WIDEST = 100;
/** Columns that the texts have at least. */
const NARROWEST = 24;

/** What `memprof --help` prints. */
export function usageOf(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  const lines = verbs.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}\n`);
  return `Usage: memprof VERB [options]

Shows which code paths grow the heap of a command and its children.

${lines.join("")}
  memprof VERB --help tells a verb's options; memprof --version
`;
}

/**
 * What `memprof VERB --help` prints.
 *
 * @param columns how wide the terminal is; undefined where it is none
 */
export function usageOfVerb(
  { name, usage, help }: Verb,
  options: Options,
  columns: number | undefined,
): string {
  const width = Math.max(Math.min(columns ?? WIDEST, WIDEST), INDENT + NARROWEST);
  const lines = Object.entries(options).map(([option, about]) => optionLines(option, about, width));
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  const head = `Usage: memprof ${name} ${usage}`.trimEnd();
  return `${[head, sentence, lines.join("")].join("\n\n").trimEnd()}\n`;
}

function optionLines(name: string, { short, value, help }: Option, width: number): string {
  const letter = short === undefined ? "" : `-${short}, `;
  const form = `  ${letter}--${name}${value === undefined ? "" : ` ${value}`}`;
  const [first = "", ...rest] = wrapped(help, width - INDENT);
  const gap = form.length < INDENT - 1 ? form.padEnd(INDENT) : `${form}\n${" ".repeat(INDENT)}`;
  return [`${gap}${first}`, ...rest.map((line) => " ".repeat(INDENT) + line)].join("\n").concat("\n");
}

/** Breaks a text into lines at blanks. */
function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
