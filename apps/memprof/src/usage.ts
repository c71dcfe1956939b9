import type { Option, Options } from "./options.ts";
import type { Verb } from "./verb.ts";

const INDENT = 26;

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

/** What `memprof VERB --help` prints. */
export function usageOfVerb({ name, usage, help }: Verb, options: Options): string {
  const lines = Object.entries(options).map(([option, about]) => optionLine(option, about));
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  const head = `Usage: memprof ${name} ${usage}`.trimEnd();
  return `${[head, sentence, lines.join("")]
    .filter((part) => part !== "")
    .join("\n\n")
    .trimEnd()}\n`;
}

function optionLine(name: string, { short, value, help }: Option): string {
  const form = `  ${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
  const gap = form.length < INDENT - 1 ? form.padEnd(INDENT) : `${form}\n${" ".repeat(INDENT)}`;
  return `${gap}${help}\n`;
}
