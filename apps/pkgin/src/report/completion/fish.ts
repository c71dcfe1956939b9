import {
  FILE_OPTIONS,
  namesOf,
  quoted,
  shownOptions,
  shownVerbs,
  spellings,
  valuedOptions,
  wordList,
} from "./words.ts";

/** Writes completion for fish. */
export function fishCompletion(): string {
  return [
    "# Completion of pkgin for fish: put this file as pkgin.fish into ~/.config/fish/completions.",
    functions(),
    "complete -c pkgin -f",
    ...shownVerbs.map(
      ({ name, summary }) => `complete -c pkgin -n '__pkgin_at 0' -a ${name} -d ${quoted(summary)}`,
    ),
    ...options(),
    ...verbArguments(),
    "",
  ].join("\n");
}

/** What stands before the cursor: a verb and its arguments, without options and their values. */
function functions(): string {
  return `function __pkgin_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l isValue 0
    for word in $words
        if test $isValue = 1
            set isValue 0
            continue
        end
        switch $word
            case ${spellings(valuedOptions).join(" ")}
                set isValue 1
            case '-*'
            case '*'
                echo $word
        end
    end
end
function __pkgin_at
    set -l words (__pkgin_words)
    test (count $words) = $argv[1]; or return
    test $argv[1] = 0; or contains -- $words[1] $argv[2..-1]
end
function __pkgin_verb
    set -l words (__pkgin_words)
    test (count $words) -gt 0; and contains -- $words[1] $argv
end
function __pkgin_names
    set -l words (commandline -opc)
    set -l prefix
    for index in (seq (count $words))
        switch $words[$index]
            case --prefix
                set -l next (math $index + 1)
                set prefix --prefix (string replace -r '^~/' $HOME/ -- $words[$next])
            case '--prefix=*'
                set prefix (string replace -r '^(--prefix=)~/' '$1'$HOME/ -- $words[$index])
        end
    end
    pkgin $prefix completion $argv[1] 2>/dev/null
end`;
}

function options(): string[] {
  return shownOptions.map(([name, { choices, short, help, value, isValueOptional }]) => {
    const letter = short === undefined ? "" : ` -s ${short}`;
    const offered = choices === undefined ? "" : ` -a ${quoted(wordList(choices))}`;
    const wanted =
      value === undefined || isValueOptional === true ? "" : FILE_OPTIONS.includes(name) ? " -r -F" : " -x";
    return `complete -c pkgin -l ${name}${letter}${wanted}${offered} -d ${quoted(help)}`;
  });
}

function verbArguments(): string[] {
  return shownVerbs.flatMap((verb) => {
    const { completes, words } = verb;
    const names = namesOf(verb).join(" ");
    if (words !== undefined)
      return [`complete -c pkgin -n '__pkgin_at 1 ${names}' -a ${quoted(words.join(" "))}`];
    if (completes === undefined) return [];
    const offered = completes === "files" ? "-F" : `-a '(__pkgin_names ${completes})'`;
    return [`complete -c pkgin -n '__pkgin_verb ${names}' ${offered}`];
  });
}
