import type { Options, VerifyPolicy } from "../options.ts";
import { filled, oneOf, wholeNumber, yesOrNo } from "./values.ts";

/** One option: how it is written, what it means, and what it does to the options. */
export interface OptionRow {
  /** The letter behind a single dash. */
  readonly short?: string;
  /** What stands for its value in help; without it there is none. */
  readonly value?: string;
  /** The values that there are, where there is no more. */
  readonly choices?: readonly string[];
  /** The value may be left out. */
  readonly isValueOptional?: true;
  /** May stand in the configuration file, too. */
  readonly isSetting?: true;
  /** Not shown in help. */
  readonly hidden?: true;
  readonly help: string;
  /** @throws BadValue */
  readonly set: (options: Options, value: string) => void;
}

const VERIFY_POLICIES: readonly VerifyPolicy[] = ["available", "digest", "signature"];
const BACKENDS = ["native", "tools"] as const;

/** The long name of an option. */
export type OptionName =
  | "yes"
  | "no"
  | "dry-run"
  | "json"
  | "prefix"
  | "config"
  | "repository"
  | "offline"
  | "download-only"
  | "force"
  | "jobs"
  | "no-cache"
  | "wait"
  | "atomic"
  | "protect-kept"
  | "verify"
  | "keyring"
  | "vulnerabilities"
  | "backend"
  | "proxy"
  | "cacert"
  | "full-text"
  | "limit"
  | "parsable"
  | "versions"
  | "verbose"
  | "line-buffered"
  | "chroot"
  | "trace"
  | "ipv4-only"
  | "ipv6-only"
  | "fresh";

/** Every option but `-h` and `-v`; it drives the command line, the configuration file, help, completion and the manual. */
export const OPTIONS: Readonly<Record<OptionName, OptionRow>> = {
  yes: {
    short: "y",
    help: "answer yes to every question",
    set: (options) => void (options.answers = "yes"),
  },
  no: {
    short: "n",
    help: "answer no to every question, and list one package a line",
    set: (options) => void (options.answers = "no"),
  },
  "dry-run": {
    help: "show what would be done, and do nothing",
    set: (options, value) => void (options.dryRun = yesOrNo(value)),
  },
  json: {
    help: "print the result as JSON; everything else goes to standard error",
    set: (options, value) => void (options.json = yesOrNo(value)),
  },
  prefix: {
    value: "DIR",
    help: "keep packages, their records, database, cache and configuration below DIR",
    set: (options, value) => void (options.prefix = filled(value, "a directory")),
  },
  config: {
    value: "FILE",
    help: "read settings from FILE instead of PREFIX/etc/pkgin/pkgin.conf",
    set: (options, value) => void (options.config = filled(value, "a file")),
  },
  repository: {
    value: "URL",
    help: "use this repository instead of the configured ones; may be repeated",
    set: (options, value) => void options.repositories.push(filled(value, "a URL")),
  },
  offline: {
    help: "do not use the network",
    isSetting: true,
    set: (options, value) => void (options.offline = yesOrNo(value)),
  },
  "download-only": {
    short: "d",
    help: "download what is needed, and install nothing",
    set: (options) => void (options.downloadOnly = true),
  },
  force: {
    short: "f",
    help: "read the installed packages and all summaries again",
    set: (options) => void (options.force = true),
  },
  jobs: {
    value: "N",
    isSetting: true,
    help: "download N packages at once (default 4)",
    set: (options, value) => void (options.jobs = wholeNumber(value, 1)),
  },
  "no-cache": {
    isSetting: true,
    help: "unpack packages while they are downloaded, and keep no package files",
    set: (options, value) => void (options.noCache = yesOrNo(value)),
  },
  wait: {
    value: "SECONDS",
    isValueOptional: true,
    isSetting: true,
    help: "wait for another pkgin to end, not longer than SECONDS if given",
    set: (options, value) =>
      void (options.wait = value === "" ? Number.POSITIVE_INFINITY : wholeNumber(value, 0)),
  },
  atomic: {
    isSetting: true,
    help: "if one package fails, take back everything that the run has changed",
    set: (options, value) => void (options.atomic = yesOrNo(value)),
  },
  "protect-kept": {
    isSetting: true,
    help: "refuse to remove packages that are kept, unless they are named",
    set: (options, value) => void (options.protectKept = yesOrNo(value)),
  },
  verify: {
    value: "POLICY",
    choices: VERIFY_POLICIES,
    isSetting: true,
    help: "what a package must have: the right digest if one is known (available), a known digest (digest), or a signature (signature)",
    set: (options, value) => void (options.verify = oneOf(value, VERIFY_POLICIES)),
  },
  keyring: {
    value: "FILE",
    isSetting: true,
    help: "the public keys that may sign packages and summaries",
    set: (options, value) => void (options.keyring = value),
  },
  vulnerabilities: {
    value: "URL",
    isSetting: true,
    help: "where audit gets the list of known vulnerabilities",
    set: (options, value) => void (options.vulnerabilities = value),
  },
  backend: {
    value: "NAME",
    choices: BACKENDS,
    isSetting: true,
    help: "install by pkgin itself (native), or by pkgsrc's pkg_add and pkg_delete (tools)",
    set: (options, value) => void (options.backend = oneOf(value, BACKENDS)),
  },
  proxy: {
    value: "URL",
    isSetting: true,
    help: "use this proxy, whatever the environment says",
    set: (options, value) => void (options.proxy = value),
  },
  cacert: {
    value: "FILE",
    isSetting: true,
    help: "also trust the certificates in FILE",
    set: (options, value) => void (options.caCert = value),
  },
  "full-text": {
    help: "search names, comments and descriptions for words, the best match first",
    set: (options) => void (options.fullText = true),
  },
  limit: {
    short: "l",
    value: "SIGN",
    choices: ["=", "<", ">"],
    help: "list only what is available in the same (=), a newer (<) or an older (>) version",
    set: (options, value) => void (options.limit = value.charAt(0)),
  },
  parsable: {
    short: "p",
    help: "separate fields by semicolons, and draw no progress bars",
    set: (options) => void (options.parsable = true),
  },
  versions: {
    short: "P",
    help: "show versions instead of patterns in show-deps and show-full-deps",
    set: (options) => void (options.versions = true),
  },
  verbose: {
    short: "V",
    help: "show what tools and scripts say, instead of writing it to the log",
    set: (options) => void (options.verbose = true),
  },
  "line-buffered": {
    help: "print every line at once, also into a pipe or file",
    set: (options) => void (options.lineBuffered = true),
  },
  chroot: {
    short: "c",
    value: "DIR",
    help: "work on the system below DIR",
    set: (options, value) => void (options.chroot = filled(value, "a directory")),
  },
  trace: {
    short: "t",
    value: "FILE",
    help: "write to FILE how dependencies were found",
    set: (options, value) => void (options.trace = value),
  },
  "ipv4-only": {
    short: "4",
    help: "use only IPv4",
    set: (options) => void (options.family = 4),
  },
  "ipv6-only": {
    short: "6",
    help: "use only IPv6",
    set: (options) => void (options.family = 6),
  },
  fresh: {
    short: "F",
    hidden: true,
    help: "without effect; accepted for old scripts",
    set: () => {},
  },
};

/** Every option with its name, in the order of the table. */
export const optionRows: readonly (readonly [OptionName, OptionRow])[] = Object.entries(OPTIONS) as [
  OptionName,
  OptionRow,
][];

/** Finds an option by its long name. */
export function optionNamed(name: string): OptionRow | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;
}
