import type { OptionName, OptionRow } from "../../command-line/option-table.ts";
import { FILE_OPTIONS, namesOf, quoted, shownOptions, shownVerbs, spellings, wordList } from "./words.ts";

/** Writes completion for zsh, where `line` and `opt_args` are what _arguments has made of the command line. */
export function zshCompletion(): string {
  const verbs = shownVerbs.map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}\n`).join("");
  const options = shownOptions
    .flatMap((row) => specifications(row))
    .map((text) => `        ${quoted(text)}\n`);
  return `#compdef pkgin
# Completion of pkgin for zsh: put this file as _pkgin into a directory of $fpath.
_pkgin_names() {
    local -a below names
    (( \${+opt_args[--prefix]} )) && below=(--prefix "\${\${(Q)opt_args[--prefix]}/#\\~\\//$HOME/}")
    names=(\${(f)"$(pkgin $below completion $1 2>/dev/null)"})
    compadd -a names
}
_pkgin_verb() {
    local -a verbs=(
${verbs}    )
    _describe verb verbs
}
_pkgin_argument() {
    case "$line[1]" in
${argumentCases()}    esac
}
_pkgin() {
    local -a options=(
${options.join("")}    )
    _arguments -s -S $options '1:verb:_pkgin_verb' '*:argument:_pkgin_argument'
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
      if (words !== undefined) return `    ${names}) (( $#line == 2 )) && compadd ${words.join(" ")} ;;\n`;
      if (completes === undefined) return "";
      return `    ${names}) ${completes === "files" ? "_files" : `_pkgin_names ${completes}`} ;;\n`;
    })
    .join("");
}
