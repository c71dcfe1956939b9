import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { DownloadOptions } from "../options.ts";
import { systemReason } from "../system-reason.ts";

export const HELP = `Usage: fetch-to-fd URL [-o FILE | --fd N] [options]

Streams an http, https, ftp or file URL to a file descriptor, standard output unless told otherwise.

Where to
  -o, --output FILE      a file, which appears only when it is complete and checked
  --fd N                 an open file descriptor
  --resume               keep what has come after a failure, and go on with it another time
Checks
  --size BYTES           the size it must have
  --sha256 HEX           a digest it must have; also --sha512, --sha1, --md5
  --refuse-html          an HTML page is a failure
Failures
  --retries N            attempts after a failure that may pass; 3 unless told otherwise
  --mirror URL           where else it is to be had; may be repeated
  --timeout SECONDS      the most that all of it may take
  --connect-timeout SECONDS, --idle-timeout SECONDS
                         the most that a connection may take, and nothing may come
The network
  -4, --ipv4             only addresses of IPv4
  -6, --ipv6             only addresses of IPv6
  --limit-rate BYTES     the most in a second; 500k and 2M mean thousands and millions
  --header "NAME: VALUE" one more header of the request; may be repeated
  --ca FILE              certificates that are trusted too
  --cert FILE, --key FILE
                         our own certificate and its key
Others
  -q, --quiet            no progress on a terminal
  -h, --help             this text
  --version              the version

http_proxy, https_proxy, no_proxy, HTTP_PROXY_AUTH, HTTP_AUTH, HTTP_USER_AGENT, HTTP_REFERER and NETRC are honoured.
`;

/** What the command line asks for. */
export interface Order {
  readonly url: string;
  readonly fd: number;
  /** Instead of the descriptor. */
  readonly path: string | undefined;
  readonly isQuiet: boolean;
  readonly options: DownloadOptions;
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const texts = { type: "string", multiple: true } as const;

const OPTIONS = {
  output: { ...text, short: "o" },
  fd: text,
  resume: flag,
  size: text,
  md5: text,
  sha1: text,
  sha256: text,
  sha512: text,
  "refuse-html": flag,
  retries: text,
  mirror: texts,
  timeout: text,
  "connect-timeout": text,
  "idle-timeout": text,
  ipv4: { ...flag, short: "4" },
  ipv6: { ...flag, short: "6" },
  "limit-rate": text,
  header: texts,
  ca: text,
  cert: text,
  key: text,
  quiet: { ...flag, short: "q" },
  help: { ...flag, short: "h" },
  version: flag,
} as const;

const DEFAULT_RETRIES = 3;

type Values = ReturnType<typeof parse>["values"];

/** Reads a command line. @throws Error that says what is wrong with it */
export async function readArguments(args: readonly string[]): Promise<Order | "help" | "version"> {
  const { values, positionals } = parse(args);
  if (values.help === true) return "help";
  if (values.version === true) return "version";
  const [url] = positionals;
  if (url === undefined || positionals.length > 1) {
    throw new Error(`one URL was expected, found ${positionals.length}; see --help`);
  }
  const { output: path, fd } = values;
  if (path === "") throw new Error("--output: a file was expected, found nothing");
  if (path !== undefined && fd !== undefined) throw new Error("--output and --fd exclude each other");
  if (path === undefined && values.resume === true) throw new Error("--resume needs --output");
  if (values.ipv4 === true && values.ipv6 === true) throw new Error("-4 and -6 exclude each other");
  return {
    url,
    fd: wholeNumber("--fd", fd) ?? 1,
    path,
    isQuiet: values.quiet === true,
    options: { ...transferOptions(values), ...(await tlsOptions(values)) },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // What follows the first sentence would mislead where it is a value that is missing.
    const [sentence = ""] = (error as Error).message.split(/\.?\n|\. /, 1);
    throw new Error(`${sentence.replace("argument is ambiguous", "needs a value")}; see --help`, {
      cause: error,
    });
  }
}

function transferOptions(values: Values): DownloadOptions {
  const { md5, sha1, sha256, sha512, ipv4, ipv6 } = values;
  const given = Object.entries({ md5, sha1, sha256, sha512 }).filter((entry) => entry[1] !== undefined);
  return {
    resume: values.resume,
    expectedSize: wholeNumber("--size", values.size),
    digests: Object.fromEntries(given),
    refuseHtml: values["refuse-html"],
    retries: wholeNumber("--retries", values.retries) ?? DEFAULT_RETRIES,
    mirrors: values.mirror,
    timeout: milliseconds("--timeout", values.timeout),
    connectTimeout: milliseconds("--connect-timeout", values["connect-timeout"]),
    idleTimeout: milliseconds("--idle-timeout", values["idle-timeout"]),
    family: ipv4 === true ? 4 : ipv6 === true ? 6 : undefined,
    maxRate: rate(values["limit-rate"]),
    headers: Object.fromEntries((values.header ?? []).map(header)),
  };
}

async function tlsOptions({ ca, cert, key }: Values): Promise<DownloadOptions> {
  if ((cert === undefined) !== (key === undefined)) throw new Error("--cert and --key need each other");
  return {
    ca: await readPem("--ca", "CERTIFICATE", ca),
    cert: await readPem("--cert", "CERTIFICATE", cert),
    key: await readPem("--key", "PRIVATE KEY", key),
  };
}

/** @param label of what the file must have (RFC 7468) */
async function readPem(name: string, label: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const contents = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`${name}: cannot read ${path}: ${systemReason(cause)}`, { cause });
  });
  if (!contents.includes(`${label}-----`))
    throw new Error(`${name}: no ${label.toLowerCase()} in PEM form in ${path}`);
  return contents;
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new Error(`${name}: a whole number was expected, found ${value}`);
  return Number(value);
}

function milliseconds(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(value) || Number(value) === 0) {
    throw new Error(`${name}: seconds, more than 0, were expected, found ${value}`);
  }
  return Number(value) * 1000;
}

function rate(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, digits, unit = ""] = /^([1-9]\d{0,11})([kM]?)$/.exec(value) ?? [];
  if (digits === undefined) {
    throw new Error(`--limit-rate: bytes in a second, such as 500k, were expected, found ${value}`);
  }
  return Number(digits) * { "": 1, k: 1e3, M: 1e6 }[unit as "" | "k" | "M"];
}

function header(value: string): [name: string, value: string] {
  const [, name, rest] = /^([^\s:]+):\s*(.*)$/.exec(value) ?? [];
  if (name === undefined || rest === undefined) {
    throw new Error(`--header: NAME: VALUE was expected, found ${value}`);
  }
  return [name, rest];
}
