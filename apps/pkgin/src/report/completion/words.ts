import { type Verb, verbs } from "../../cli.ts";
import { OPTIONS, type OptionName, type OptionRow, optionRows } from "../../command-line/option-table.ts";

/** The verbs that completion offers. */
export const shownVerbs: readonly Verb[] = verbs.filter(({ hidden }) => hidden !== true);

/** The options that completion offers. */
export const shownOptions: readonly (readonly [OptionName, OptionRow])[] = optionRows.filter(
  ([, { hidden }]) => hidden !== true,
);

/** The options whose value is a file or a directory. */
export const FILE_OPTIONS: readonly OptionName[] = [
  "config",
  "cacert",
  "keyring",
  "trace",
  "prefix",
  "chroot",
];

/** The options that take the next word for their value. */
export const valuedOptions: readonly OptionName[] = shownOptions.flatMap(
  ([name, { value, isValueOptional }]) => (value === undefined || isValueOptional === true ? [] : [name]),
);

/** How options are written: `--jobs`, and `-l` where there is a letter. */
export function spellings(names: readonly OptionName[]): string[] {
  return names.flatMap((name) => {
    const { short } = OPTIONS[name];
    return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
  });
}

/** What a verb may be called. */
export function namesOf({ name, alias }: Verb): string[] {
  return alias === undefined ? [name] : [name, alias];
}

/** In single quotes; all of the shells read `'\''` as one. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Words that the shell reads once more, so that signs which mean something to it need a backslash. */
export function wordList(choices: readonly string[]): string {
  return choices.map((choice) => choice.replaceAll(/[<>=]/g, String.raw`\$&`)).join(" ");
}
