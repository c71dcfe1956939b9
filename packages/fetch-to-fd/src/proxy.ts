import { isIP } from "node:net";
import { bareHost, basicAuthorization, credentialsOfUrl, credentialsOfVariable } from "./credentials.ts";
import { FetchError } from "./fetch-error.ts";
import type { Environment } from "./options.ts";

/** A proxy server for http and https URLs. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** What it is sent to know us. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Finds the proxy that the environment names for a URL: `https_proxy` for https URLs, `http_proxy` for others and where
 * that is not set, in small or capital letters. `no_proxy` names the hosts that need none; this machine never does.
 *
 * @throws FetchError ERR_FETCH_URL for a proxy that is not an http URL
 */
export function findProxy(url: URL, environment: Environment): Proxy | undefined {
  const variable = (name: string) => environment[name] ?? environment[name.toUpperCase()];
  const named = (url.protocol === "https:" ? variable("https_proxy") : undefined) ?? variable("http_proxy");
  if (named === undefined || named === "") return undefined;
  if (isLoopback(url.hostname) || isExempt(url, variable("no_proxy") ?? "")) return undefined;
  const text = named.includes("://") ? named : `http://${named}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy?.protocol !== "http:") {
    throw new FetchError("ERR_FETCH_URL", text, "a proxy of the form http://HOST:PORT was expected");
  }
  const known = credentialsOfUrl(proxy) ?? credentialsOfVariable(environment["HTTP_PROXY_AUTH"]);
  return {
    host: bareHost(proxy),
    port: Number(proxy.port || 80),
    headers: known === undefined ? {} : { "proxy-authorization": basicAuthorization(known) },
  };
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Entries are `*`, a host or a domain with or without a dot before it, and may have a `:port`. */
function isExempt(url: URL, list: string): boolean {
  const host = bareHost(url);
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "*" || entry === host) return true;
      const [, name = "", wantedPort = port] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      const domain = name.replace(/^\[|\]$/g, "");
      if (domain === "" || wantedPort !== port) return false;
      return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
    });
}
