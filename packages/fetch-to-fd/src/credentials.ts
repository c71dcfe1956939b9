import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findNetrcEntry } from "./netrc.ts";
import type { Environment } from "./options.ts";

/** A user and a password. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Finds who to be for the server of a URL: by the URL itself, or else by the file that `NETRC` names, or `~/.netrc`. */
export async function findCredentials(url: URL, environment: Environment): Promise<Credentials | undefined> {
  const own = credentialsOfUrl(url);
  if (own !== undefined) return own;
  const { NETRC: named, HOME: home } = environment;
  const path = named ?? (home === undefined ? undefined : join(home, ".netrc"));
  if (path === undefined || path === "") return undefined;
  // Most people have none.
  const text = await readFile(path, "utf8").catch(() => "");
  return findNetrcEntry(text, bareHost(url));
}

/** The user and password that a URL has in it. */
export function credentialsOfUrl({ username, password }: URL): Credentials | undefined {
  return username === "" && password === ""
    ? undefined
    : { user: decode(username), password: decode(password) };
}

/**
 * The user and password of a variable `basic:REALM:USER:PASSWORD`, as libfetch has it.
 *
 * @param realm that the server names; undefined where any will do
 */
export function credentialsOfVariable(value: string | undefined, realm?: string): Credentials | undefined {
  const [, wanted, user, password] = /^basic:([^:]*):([^:]*):(.*)$/i.exec(value ?? "") ?? [];
  if (user === undefined || password === undefined) return undefined;
  return realm === undefined || wanted === "*" || wanted === realm ? { user, password } : undefined;
}

/** The value of a header of basic authentication (RFC 7617). */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The host of a URL, without the brackets of an IPv6 address. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** A part of a URL as it is meant; one that is not encoded as it should be stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
