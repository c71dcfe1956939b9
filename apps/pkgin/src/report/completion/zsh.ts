import type { OptionName, OptionRow } from "../../command-line/option-table.ts";
import { FILE_OPTIONS, namesOf, quoted, shownOptions, shownVerbs, spellings, wordList } from "./words.ts";

/** Writes completion for zsh. */
export function zshCompletion(): string {
  const verbs = shownVerbs.map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}\n`).join("");
  const options = shownOptions
    .flatMap((row) => specifications(row))
    .map((text) => `        ${quoted(text)}\n`);
  return `#compdef pkgin
# Completion of pkgin for zsh: put this file as _pkgin into a directory of $fpath.
_pkgin_names() {
    local -a names
    names=(\${(f)"$(pkgin $prefix completion $1 2>/dev/null)"})
    compadd -a names
}
_pkgin_argument() {
    case "$verb" in
${argumentCases()}    esac
}
_pkgin() {
    local curcontext="$curcontext" state="" verb=""
    local -a line prefix
    local -A opt_args
    local -a verbs=(
${verbs}    )
    local -a options=(
${options.join("")}    )
    _arguments -C $options '1:verb:->verb' '*::argument:->argument'
    case "$state" in
    verb) _describe verb verbs ;;
    argument)
        (( \${+opt_args[--prefix]} )) && prefix=(--prefix "\${opt_args[--prefix]/#\\~\\//$HOME/}")
        verb="$words[1]"
        _arguments $options '*:argument:_pkgin_argument'
        ;;
    esac
}
_pkgin "$@"
`;
}

/** What _arguments is told of an option, such as `--jobs[download N packages at once]:N: `. */
function specifications([name, { choices, help, value, isValueOptional }]: readonly [
  OptionName,
  OptionRow,
]): string[] {
  const text = `[${help.replaceAll(/[[\]:]/g, String.raw`\$&`)}]`;
  const offered = FILE_OPTIONS.includes(name) ? "_files" : choices ? `(${wordList(choices)})` : " ";
  const wanted = value === undefined || isValueOptional === true ? "" : `:${value}:${offered}`;
  return spellings([name]).map((spelling) => {
    const isLong = spelling.startsWith("--");
    return `${spelling}${isLong && wanted !== "" ? "=" : ""}${text}${wanted}`;
  });
}

function argumentCases(): string {
  return shownVerbs
    .map((verb) => {
      const { completes, words } = verb;
      const names = namesOf(verb).join("|");
      if (words !== undefined) return `    ${names}) (( CURRENT == 2 )) && compadd ${words.join(" ")} ;;\n`;
      if (completes === undefined) return "";
      return `    ${names}) ${completes === "files" ? "_files" : `_pkgin_names ${completes}`} ;;\n`;
    })
    .join("");
}
