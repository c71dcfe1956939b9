import type { Verb } from "../cli.ts";

/** The verbs that this pkgin adds. */
export const newVerbs: readonly Verb[] = [
  {
    name: "info",
    summary: "Show all that is known of packages",
    args: "PACKAGE...",
    completes: "remote",
    about:
      "Shows what the repositories say of the packages, whether they are installed and what needs them, and how much they take together with all that they need.",
    options: ["json"],
    one: "a package is neither available nor installed",
    argumentMissing: "missing package name",
    load: async () => (await import("../commands/info.ts")).info,
  },
  {
    name: "files",
    summary: "List the files of packages",
    args: "PACKAGE...",
    completes: "remote",
    about: "Packages that are not installed are looked into where they are.",
    options: ["json"],
    one: "a package is neither installed nor available",
    argumentMissing: "missing package name",
    load: async () => (await import("../commands/files.ts")).files,
  },
  {
    name: "which",
    summary: "Show which installed packages own files",
    args: "FILE...",
    completes: "files",
    about:
      "A name without a slash that is no file here is looked for among the programs of the prefix and on PATH.",
    options: ["json"],
    one: "a file belongs to no package",
    argumentMissing: "missing file name",
    load: async () => (await import("../commands/which.ts")).which,
  },
  {
    name: "why",
    summary: "Show why a package is installed",
    args: "PACKAGE",
    completes: "installed",
    about: "Shows the shortest chain to the package from each package that is kept and needs it.",
    options: ["json"],
    one: "the package is not installed",
    argumentMissing: "missing package name",
    load: async () => (await import("../commands/why.ts")).why,
  },
  {
    name: "outdated",
    summary: "List installed packages that are not as the repositories have them",
    about:
      "Each line has the installed package, the available version, and what there is about it: upgrade, downgrade or refresh (another build of the same version) for what upgrade would do; held for what hold or preferred.conf holds back; gone for what no repository has any more.",
    options: ["json", "parsable"],
    load: async () => (await import("../commands/outdated.ts")).outdated,
  },
  {
    name: "hold",
    summary: "Hold installed packages at their versions, or list those that are held",
    args: "[PACKAGE]...",
    completes: "installed",
    about:
      "Writes a line such as hello=2.1 into preferred.conf for each. Without arguments lists the rules there that are about installed packages.",
    options: ["json"],
    one: "a package is not installed",
    load: async () => (await import("../commands/hold.ts")).hold,
  },
  {
    name: "unhold",
    summary: "Let packages be upgraded again",
    args: "PACKAGE...",
    completes: "installed",
    one: "a package is not installed",
    argumentMissing: "specify at least one package to unhold",
    load: async () => (await import("../commands/hold.ts")).unhold,
  },
  {
    name: "audit",
    summary: "Show installed packages with known vulnerabilities",
    args: "[PACKAGE]...",
    completes: "installed",
    about:
      "Gets pkg-vulnerabilities anew when it has changed, verifies its digest and, with a keyring, who signed it. IGNORE_URL, CHECK_END_OF_LIFE, PKGVULNURL and GPG_KEYRING_PKGVULN of pkg_install.conf are heeded.",
    options: ["json", "vulnerabilities", "keyring", "offline"],
    one: "something was found, or the list cannot be had",
    load: async () => (await import("../commands/audit.ts")).audit,
  },
  {
    name: "download",
    summary: "Fetch package files into the current directory",
    args: "PACKAGE...",
    completes: "remote",
    about:
      "Fetches just these, checked by size and digest; install -d fetches into the cache, with all that is needed.",
    options: ["json"],
    one: "a package is not available or could not be fetched",
    argumentMissing: "specify at least one package to download",
    load: async () => (await import("../commands/download.ts")).download,
  },
  {
    name: "repo",
    summary: "List, add, remove, enable or disable repositories",
    args: "[ACTION [URL]...]",
    about:
      "ACTION is list, which is the default, add, remove, enable or disable. Repositories are lines of repositories.conf; the first goes before the others. Those that are there may be named by their number in the list, too. $arch and $osrelease in a URL stand for this machine's.",
    options: ["json"],
    loadPlain: async () => (await import("../commands/repo.ts")).repo,
  },
  {
    name: "completion",
    summary: "Write what a shell needs to complete pkgin's command lines",
    args: "bash | zsh | fish",
    about:
      "With remote, installed, categories or verbs instead of a shell prints the names that completion offers.",
    argumentMissing: "missing shell",
    loadPlain: async () => (await import("../commands/completion.ts")).complete,
  },
  {
    name: "manual",
    summary: "Write pkgin's manual page",
    about: "It is in the language of man; pkgin manual | man -l - shows it.",
    loadPlain: async () => (await import("../commands/manual.ts")).manual,
  },
  {
    name: "help",
    summary: "Show how pkgin or one of its verbs is used",
    args: "[VERB]",
    completes: "verbs",
    one: "there is no such verb",
    loadPlain: async () => (await import("../commands/help.ts")).showHelp,
  },
];
