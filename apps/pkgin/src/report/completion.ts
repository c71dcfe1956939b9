import { OPTIONS, type OptionName, optionRows } from "../command-line/option-table.ts";
import { type Verb, verbs } from "../cli.ts";

/** The shells that completion can be written for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const shownVerbs: readonly Verb[] = verbs.filter(({ hidden }) => hidden !== true);
const shownOptions = optionRows.filter(([, { hidden }]) => hidden !== true);

/** Writes the completion of pkgin's verbs, options and package names for a shell. */
export function completion(shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash();
    case "zsh":
      return zsh();
    case "fish":
      return fish();
  }
}

/** The options whose value is a file or a directory. */
const NAMES_FILE: ReadonlySet<OptionName> = new Set([
  "config",
  "cacert",
  "keyring",
  "trace",
  "prefix",
  "chroot",
]);

function kindOf({ completes }: Verb): string {
  return completes ?? "nothing";
}

/** Lines such as `install|in) kind=remote ;;`. */
function cases(indent: string): string {
  return shownVerbs
    .filter(({ completes }) => completes !== undefined)
    .map((verb) => `${indent}${[verb.name, verb.alias].filter(Boolean).join("|")}) kind=${kindOf(verb)} ;;\n`)
    .join("");
}

function longOptions(): string {
  return [...shownOptions.map(([name]) => `--${name}`), "--help", "--version"].join(" ");
}

/** The options that take the next word for their value, as a pattern of the shell. */
function valued(): string {
  return shownOptions
    .filter(([, { value, isValueOptional }]) => value !== undefined && isValueOptional !== true)
    .flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])
    .join("|");
}

function fileOptions(): string {
  return [...NAMES_FILE]
    .flatMap((name) => [
      `--${name}`,
      ...(OPTIONS[name].short === undefined ? [] : [`-${OPTIONS[name].short}`]),
    ])
    .join("|");
}

function bash(): string {
  const names = shownVerbs.map(({ name }) => name).join(" ");
  return `# Completion of pkgin for bash: source this file, or put it where bash-completion looks.
_pkgin() {
    local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" verb="" kind="" index
    local prefix=()
    case "$before" in
    ${fileOptions()}) COMPREPLY=($(compgen -f -- "$word")); return ;;
    ${valued()}) return ;;
    esac
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "\${COMP_WORDS[index]}" in
        --prefix) prefix=(--prefix "\${COMP_WORDS[++index]}") ;;
        ${valued()}) ((index++)) ;;
        -*) ;;
        *) verb="\${COMP_WORDS[index]}"; break ;;
        esac
    done
    if [[ "$word" == -* ]]; then
        COMPREPLY=($(compgen -W "${longOptions()}" -- "$word"))
        return
    fi
    if [[ -z "$verb" ]]; then
        COMPREPLY=($(compgen -W "${names}" -- "$word"))
        return
    fi
    case "$verb" in
${cases("    ")}    esac
    case "$kind" in
    files) COMPREPLY=($(compgen -f -- "$word")) ;;
    "") ;;
    *) COMPREPLY=($(compgen -W "$(pkgin "\${prefix[@]}" completion "$kind" 2>/dev/null)" -- "$word")) ;;
    esac
}
complete -F _pkgin pkgin
`;
}

function zsh(): string {
  const described = shownVerbs
    .map(({ name, summary }) => `        ${quoted(`${name}:${summary}`)}\n`)
    .join("");
  const options = shownOptions
    .map(([name, { help, value, isValueOptional }]) => {
      const kind = NAMES_FILE.has(name) ? "_files" : " ";
      const wanted = value === undefined || isValueOptional === true ? "" : `:${value}:${kind}`;
      return `        ${quoted(`--${name}[${help.replaceAll(/[[\]:]/g, String.raw`\$&`)}]${wanted}`)}\n`;
    })
    .join("");
  return `#compdef pkgin
# Completion of pkgin for zsh: put this file as _pkgin into a directory of $fpath.
_pkgin() {
    local kind="" names=() prefix=()
    local -a verbs=(
${described}    )
    local -a options=(
${options}    )
    _arguments -C $options '1:verb:->verb' '*::argument:->argument'
    case "$state" in
    verb) _describe verb verbs ;;
    argument)
        (( \${+opt_args[--prefix]} )) && prefix=(--prefix "$opt_args[--prefix]")
        case "$words[1]" in
${cases("        ")}        esac
        case "$kind" in
        files) _files ;;
        "") ;;
        *) names=(\${(f)"$(pkgin $prefix completion $kind 2>/dev/null)"}); compadd -a names ;;
        esac
        ;;
    esac
}
_pkgin "$@"
`;
}

function fish(): string {
  const noVerb = "__fish_use_subcommand";
  const lines = [
    "# Completion of pkgin for fish: put this file as pkgin.fish into ~/.config/fish/completions.",
    "complete -c pkgin -f",
    ...shownVerbs.map(
      ({ name, summary }) => `complete -c pkgin -n ${noVerb} -a ${name} -d ${quoted(summary)}`,
    ),
    ...shownOptions.map(([name, { short, help, value, isValueOptional }]) => {
      const wanted =
        value !== undefined && isValueOptional !== true ? (NAMES_FILE.has(name) ? " -r -F" : " -x") : "";
      return `complete -c pkgin -l ${name}${short === undefined ? "" : ` -s ${short}`}${wanted} -d ${quoted(help)}`;
    }),
    ...shownVerbs
      .filter(({ completes }) => completes !== undefined)
      .map((verb) => {
        const condition = `'__fish_seen_subcommand_from ${[verb.name, verb.alias].filter(Boolean).join(" ")}'`;
        return verb.completes === "files"
          ? `complete -c pkgin -n ${condition} -F`
          : `complete -c pkgin -n ${condition} -a '(pkgin completion ${verb.completes} 2>/dev/null)'`;
      }),
  ];
  return `${lines.join("\n")}\n`;
}

/** In single quotes, which every one of the shells leaves alone. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "")}'`;
}
