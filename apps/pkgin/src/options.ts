import type { Answers } from "./report/prompt.ts";

/** How packages must be vouched for before they are installed; each level asks for all that the one before it does. */
export type VerifyPolicy =
  /** What the repository tells of its files is compared, where it tells it. */
  | "available"
  /** A package whose digest no repository tells is refused. */
  | "digest"
  /** A package that no key of the keyring has signed is refused. */
  | "signature";

/** What the command line and the configuration file ask for, before any verb has looked at its arguments. */
export interface Options {
  /** `-n` prints one name a line and answers no; `-y` answers yes; the last one given wins. */
  answers: Answers;
  /** `-d`: download only. */
  downloadOnly: boolean;
  /** `-f`: read local and remote summaries anew. */
  force: boolean;
  /** `-l`: the sign that `list` shows, one of `=`, `<`, `>`. */
  limit: string | undefined;
  /** `-p`: fields separated by `;`, and no progress bars. */
  parsable: boolean;
  /** `-P`: show-deps prints versions instead of patterns. */
  versions: boolean;
  /** `-V`: the output of tools and scripts goes to the terminal rather than the log. */
  verbose: boolean;
  /** `-c`: a directory to change the root to. */
  chroot: string | undefined;
  /** `-t`: a file for a trace of the dependency calculation. */
  trace: string | undefined;
  /** `-4` or `-6`. */
  family: 4 | 6 | undefined;
  /** `--prefix`: everything that pkgin reads and writes lives below this directory. */
  prefix: string | undefined;
  /** `--config`: the configuration file, in place of pkgin.conf. */
  config: string | undefined;
  /** `--repository`: URLs that take the place of the configured repositories, the most wanted first; empty without it. */
  repositories: string[];
  /** `--offline`: nothing is asked of the network; what is needed must be in the cache or on this system. */
  offline: boolean;
  /** `--dry-run`: the plan is shown and nothing is done. */
  dryRun: boolean;
  /** `--json`: the result is JSON on standard output, and everything said to people goes to standard error. */
  json: boolean;
  /** `--line-buffered`: standard output is written line by line, also where it is no terminal. */
  lineBuffered: boolean;
  /** `--full-text`: search looks into descriptions as well. */
  fullText: boolean;
  /** `--backend`: what installs packages; undefined leaves the choice to what is there. */
  backend: "native" | "tools" | undefined;
  /** `--jobs`: how many downloads go on at once. */
  jobs: number;
  /** `--wait`: how long to wait for another pkgin to end, in seconds; 0 does not wait, Infinity waits as long as it takes. */
  wait: number;
  /** `--no-cache`: packages are unpacked as they come, and none is kept. */
  noCache: boolean;
  /** `--atomic`: where one package fails, all that the run has changed is taken back. */
  atomic: boolean;
  /** `--protect-kept`: a plan that would remove what the user keeps is refused. */
  protectKept: boolean;
  /** `--proxy`: URL of the proxy, in place of those of the environment. */
  proxy: string | undefined;
  /** `--cacert`: a file of certificates in PEM form that are trusted besides the usual ones. */
  caCert: string | undefined;
  /** `--verify`: how packages must be vouched for. */
  verify: VerifyPolicy;
  /** `--keyring`: a file of public keys that may sign packages. */
  keyring: string | undefined;
  /** `--vulnerabilities`: URL of pkg-vulnerabilities. */
  vulnerabilities: string | undefined;
}

/** What holds where nothing is asked for. */
export function defaultOptions(): Options {
  return {
    answers: "ask",
    downloadOnly: false,
    force: false,
    limit: undefined,
    parsable: false,
    versions: false,
    verbose: false,
    chroot: undefined,
    trace: undefined,
    family: undefined,
    prefix: undefined,
    config: undefined,
    repositories: [],
    offline: false,
    dryRun: false,
    json: false,
    lineBuffered: false,
    fullText: false,
    backend: undefined,
    jobs: 4,
    wait: 0,
    noCache: false,
    atomic: false,
    protectKept: false,
    proxy: undefined,
    caCert: undefined,
    verify: "available",
    keyring: undefined,
    vulnerabilities: undefined,
  };
}
