import { type OptionName, OPTIONS, optionRows } from "../command-line/option-table.ts";
import { type Verb, verbs } from "../cli.ts";

/** Columns that help is wrapped at. */
const WIDTH = 80;
/** Where the explanations stand. */
const INDENT = 26;

/** The options that mean something to every verb. */
const FOR_ALL: readonly OptionName[] = [
  "prefix",
  "config",
  "repository",
  "chroot",
  "force",
  "offline",
  "line-buffered",
];

/** Help on a verb, or on everything. */
export function help(verb: Verb | undefined): string {
  return verb === undefined ? helpOnAll() : helpOnVerb(verb);
}

function helpOnAll(): string {
  const shown = verbs.filter(({ hidden }) => hidden !== true);
  return [
    "Usage: pkgin [OPTION]... VERB [ARGUMENT]...\n",
    wrap("pkgin installs, upgrades and removes binary packages of pkgsrc.", 0),
    "\nVerbs:\n",
    ...shown.map(({ name, alias, summary }) =>
      entry(alias === undefined ? name : `${name}, ${alias}`, summary),
    ),
    "\nOptions; single letters only before the verb:\n",
    ...optionRows.filter(([, { hidden }]) => hidden !== true).map(([name]) => optionEntry(name)),
    entry("-v, --version", "print the versions of pkgin and SQLite"),
    entry("-h", "print the verbs and nothing else"),
    entry("    --help", "print this help, or after a verb the help on that verb"),
    `\n${wrap("Every verb ends with status 0 when all went well, 1 when something did not, 130 or 143 when it was interrupted. pkgin VERB --help tells more.", 0)}`,
  ].join("");
}

function helpOnVerb(verb: Verb): string {
  const { name, alias, summary, args, about, options = [] } = verb;
  const { one = "something could not be done; the message says what" } = verb;
  return [
    `Usage: pkgin [OPTION]... ${name}${args === undefined ? "" : ` ${args}`}\n`,
    alias === undefined ? "" : `       pkgin [OPTION]... ${alias}${args === undefined ? "" : ` ${args}`}\n`,
    `\n${summary}.\n`,
    about === undefined ? "" : `\n${wrap(about, 0)}`,
    options.length === 0 ? "" : `\nOptions:\n${options.map(optionEntry).join("")}`,
    `\nOptions of every verb:\n${FOR_ALL.map(optionEntry).join("")}`,
    "\nExit status:\n",
    entry("0", "all went well"),
    entry("1", one),
  ].join("");
}

function optionEntry(name: OptionName): string {
  const { short, value, isValueOptional, help: text } = OPTIONS[name];
  const letter = short === undefined ? "    " : `-${short}, `;
  const shown = value === undefined ? "" : isValueOptional === true ? `[=${value}]` : ` ${value}`;
  return entry(`${letter}--${name}${shown}`, text);
}

function entry(term: string, text: string): string {
  const explained = wrap(text, INDENT);
  const head = `  ${term}`;
  return head.length + 2 > INDENT ? `${head}\n${explained}` : head + explained.slice(head.length);
}

/** Breaks text into indented lines, the last of which ends in a newline, too. */
function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${" ".repeat(indent)}${each}\n`).join("");
}
