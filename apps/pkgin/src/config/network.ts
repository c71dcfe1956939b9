import { readFileSync } from "node:fs";
import type { OpenOptions } from "fetch-to-fd";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";

/** What the library that pkgin is otherwise built with calls itself; some mirrors go by it. */
const USER_AGENT = "libfetch/2.0";

/**
 * How this run uses the network: proxy, certificates, kind of address, and what the environment says.
 *
 * @throws FatalError where nothing may be asked of the network, or the certificates cannot be read
 */
export function networkOptions({ environment, options, signal }: NetworkSetting, url: string): OpenOptions {
  if (options.offline && !url.startsWith("file:")) {
    throw new FatalError(`${url} is needed, but --offline keeps pkgin from asking for it`);
  }
  return {
    signal,
    family: options.family,
    userAgent: environment["HTTP_USER_AGENT"] ?? USER_AGENT,
    environment: options.proxy === undefined ? environment : throughProxy(environment, options.proxy),
    ...(options.caCert !== undefined && { ca: readCertificates(options.caCert) }),
  };
}

/** What of a setting matters to the network. */
export type NetworkSetting = Pick<Setting, "environment" | "options" | "signal">;

function throughProxy(environment: NodeJS.ProcessEnv, proxy: string): NodeJS.ProcessEnv {
  const { NO_PROXY: _upper, no_proxy: _lower, ...rest } = environment;
  const names = ["http", "https", "ftp"].flatMap((scheme) => [
    `${scheme}_proxy`,
    `${scheme}_proxy`.toUpperCase(),
  ]);
  return { ...rest, ...Object.fromEntries(names.map((name) => [name, proxy])) };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new FatalError(`cannot read ${file}: ${systemReason(error)}`, { cause: error });
  }
}
