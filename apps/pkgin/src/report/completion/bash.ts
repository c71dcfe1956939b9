import {
  FILE_OPTIONS,
  namesOf,
  quoted,
  shownOptions,
  shownVerbs,
  spellings,
  valuedOptions,
} from "./words.ts";

/*
 * bash takes a word such as --prefix=DIR apart at the equals sign, and hands words over as they are written, so that ~ is not
 * yet a directory. An older bash, as macOS has it, must understand the script as well.
 */

/** Writes completion for bash. */
export function bashCompletion(): string {
  const verbs = shownVerbs.map(({ name }) => name).join(" ");
  const options = [...shownOptions.map(([name]) => `--${name}`), "--help", "--version"].join(" ");
  return `# Completion of pkgin for bash: source this file, or put it where bash-completion looks.
_pkgin_offer() {
    COMPREPLY=($(compgen -W "$1" -- "$2"))
}
_pkgin_files() {
    local IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$1"))
    compopt -o filenames 2>/dev/null
}
_pkgin_path() {
    local path="\${1/#~\\//$HOME/}"
    printf %s "\${path//[\\"\\'\\\\]/}"
}
_pkgin() {
    local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
    local verb="" kind="" words="" option="" arguments=0 index
    local prefix=()
    [[ "$before" == "=" ]] && before="\${COMP_WORDS[COMP_CWORD - 2]}"
    [[ "$word" == "=" ]] && word=""
    case "$before" in
    ${spellings(FILE_OPTIONS).join("|")}) _pkgin_files "$word"; return ;;
${choices()}    ${spellings(valuedOptions).join("|")}) return ;;
    esac
    for ((index = 1; index < COMP_CWORD; index++)); do
        option="\${COMP_WORDS[index]}"
        case "$option" in
        ${spellings(valuedOptions).join("|")})
            [[ "\${COMP_WORDS[index + 1]}" == "=" ]] && ((index++))
            ((index++))
            [[ "$option" == --prefix ]] && prefix=(--prefix "$(_pkgin_path "\${COMP_WORDS[index]}")")
            ;;
        =) ((index++)) ;;
        -*) ;;
        *) if [[ -z "$verb" ]]; then verb="$option"; else ((arguments++)); fi ;;
        esac
    done
    if [[ "$word" == -* ]]; then
        _pkgin_offer "${options}" "$word"
        return
    fi
    if [[ -z "$verb" ]]; then
        _pkgin_offer "${verbs}" "$word"
        return
    fi
    case "$verb" in
${verbArguments()}    esac
    case "$kind" in
    files) _pkgin_files "$word" ;;
    "") ((arguments == 0)) && _pkgin_offer "$words" "$word" ;;
    *) _pkgin_offer "$(pkgin "\${prefix[@]}" completion "$kind" 2>/dev/null)" "$word" ;;
    esac
}
complete -F _pkgin pkgin
`;
}

/** Lines such as `--backend) _pkgin_offer "native tools" "$word"; return ;;`. */
function choices(): string {
  return shownOptions
    .map(([name, { choices: values }]) =>
      values === undefined
        ? ""
        : `    ${spellings([name]).join("|")}) _pkgin_offer ${quoted(values.join(" "))} "$word"; return ;;\n`,
    )
    .join("");
}

/** Lines such as `install|in) kind=remote ;;`. */
function verbArguments(): string {
  return shownVerbs
    .map((verb) => {
      const { completes, words } = verb;
      if (words !== undefined) return `    ${namesOf(verb).join("|")}) words=${quoted(words.join(" "))} ;;\n`;
      return completes === undefined ? "" : `    ${namesOf(verb).join("|")}) kind=${completes} ;;\n`;
    })
    .join("");
}
