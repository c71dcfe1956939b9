import { optionRows } from "../command-line/option-table.ts";
import { type Verb, verbs } from "../cli.ts";
import { ownVersion } from "../own-version.ts";

/*
 * The manual page in the macros of mdoc(7), made of the same tables as the command line, so that it cannot say anything else.
 */

const INTRODUCTION = `\
.Sh NAME
.Nm pkgin
.Nd install, upgrade and remove binary packages of pkgsrc
.Sh SYNOPSIS
.Nm
.Op Ar option ...
.Ar verb
.Op Ar argument ...
.Sh DESCRIPTION
.Nm
keeps a catalogue of what repositories have and of what is installed, plans what has to be installed, upgraded or removed for
a request, and carries that out.
A repository is a directory of package files with a summary of them, named by its URL.
Packages are installed by
.Nm
itself, or by pkgsrc's
.Xr pkg_add 1
and
.Xr pkg_delete 1
where those are there.
`;

const FILES: readonly (readonly [string, string])[] = [
  [
    "PREFIX/etc/pkgin/repositories.conf",
    "the repositories, a URL a line, the most wanted first; see the verb repo",
  ],
  [
    "PREFIX/etc/pkgin/preferred.conf",
    "which versions may be installed, a rule such as hello<2 or hello=1.* a line; see hold",
  ],
  ["PREFIX/etc/pkgin/pkgin.conf", "settings, name=value with the long names of options, a line each"],
  [
    "PREFIX/etc/pkg_install.conf, /etc/pkg_install.conf",
    "how pkgsrc's tools are set up: what it says of signatures, licences and known weaknesses holds for pkgin as well",
  ],
  ["PKGIN_DBDIR/pkgin.db", "the catalogue, an SQLite database"],
  ["PKGIN_DBDIR/cache", "downloaded packages"],
  ["PKGIN_DBDIR/history", "what was changed, and when"],
  ["PKGIN_DBDIR/pkg_install-err.log", "what scripts and tools had to say"],
];

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ["PKG_REPOS", "repositories separated by blanks, instead of repositories.conf"],
  [
    "PKG_DBDIR, PKGIN_DBDIR",
    "where installed packages are recorded, and pkgin's own directory; without --prefix",
  ],
  ["PKG_INSTALL_DIR", "where pkg_add and its like are"],
  ["http_proxy, https_proxy, ftp_proxy, no_proxy", "proxies"],
  ["HTTP_AUTH, HTTP_PROXY_AUTH, HTTP_USER_AGENT, HTTP_REFERER, NETRC", "what is told to servers"],
  ["NO_COLOR", "no bold text"],
];

/** The manual page of pkgin, for man(1). */
export function manualPage(): string {
  const shown = verbs.filter(({ hidden }) => hidden !== true);
  const options = optionRows.filter(([, { hidden }]) => hidden !== true);
  return [
    `.Dd ${releaseDate()}\n.Dt PKGIN 1\n.Os\n`,
    INTRODUCTION,
    ".Sh VERBS\n.Bl -tag -width Ds\n",
    ...shown.map(verbEntry),
    ".El\n.Sh OPTIONS\nSingle letters stand before the verb.\n.Bl -tag -width Ds\n",
    ...options.map(([name, { short, value, isValueOptional, help }]) => {
      const letter = short === undefined ? "" : `-${short}, `;
      const wanted = value === undefined ? "" : isValueOptional === true ? `[=${value}]` : ` ${value}`;
      return item(`${letter}--${name}${wanted}`, `${capital(help)}.`);
    }),
    ".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n",
    ...ENVIRONMENT.map(([name, text]) => item(name, `${capital(text)}.`)),
    ".El\n.Sh FILES\n.Bl -tag -width Ds\n",
    ...FILES.map(([path, text]) => item(path, `${capital(text)}.`)),
    ".El\n.Sh EXIT STATUS\n0 when all went well, 1 when something did not, 130 or 143 when it was interrupted,\n",
    "255 when the directory of\n.Fl c\nis not there.\n.Sh SEE ALSO\n.Xr pkg_add 1 ,\n.Xr pkg_info 1\n",
  ].join("");
}

/** Of a version such as 26.11.0. */
function releaseDate(): string {
  const [year = "", month = ""] = ownVersion().split(".");
  const first = new Date(Date.UTC(2000 + Number(year), Number(month) - 1, 1));
  return first.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
}

function verbEntry({ name, alias, args, summary, about, one }: Verb): string {
  const term = `${name}${alias === undefined ? "" : `, ${alias}`}${args === undefined ? "" : ` ${args}`}`;
  const text = [`${summary}.`, about, one && `Status 1 means: ${one}.`].filter((each) => each !== undefined);
  return item(term, text.join("\n"));
}

function item(term: string, text: string): string {
  return `.It ${plain(term)}\n${text.split("\n").map(line).join("\n")}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A line of text that cannot be taken for a macro. */
function line(text: string): string {
  return /^[.']/.test(text) ? `\\&${escape(text)}` : escape(text);
}

/** Words of a macro's line that cannot be taken for macros. */
function plain(text: string): string {
  return text
    .split(" ")
    .map((word) => (/^[A-Z][a-z]$|^[|.,:;()[\]?!]$/.test(word) ? `\\&${word}` : escape(word)))
    .join(" ");
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}
