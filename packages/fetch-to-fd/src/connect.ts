import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { bareHost } from "./credentials.ts";
import { HttpStatusError } from "./fetch-error.ts";
import type { Guard } from "./guard.ts";
import { nodeHttp } from "./node-http.ts";
import type { OpenOptions } from "./options.ts";
import type { Proxy } from "./proxy.ts";

/** How long one of a host's addresses has until the next is tried too, in milliseconds. */
const NEXT_ADDRESS_DELAY = 2000;

/** What a connection is made for. */
export interface ConnectOptions {
  readonly options: OpenOptions;
  readonly guard: Guard;
  readonly proxy: Proxy | undefined;
  /** Receives what comes; undefined for a tunnel, which cannot be received so. */
  readonly onread: OnReadOpts | undefined;
}

/** Connects to the server of an http or https URL, or to its proxy, as far as the first byte of a request. */
export async function connectFor(
  url: URL,
  { options, guard, proxy, onread }: ConnectOptions,
): Promise<Socket> {
  const { family } = options;
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const common = {
    ...(family !== undefined && { family }),
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_DELAY,
  };
  const connectTo = (to: { host: string; port: number }) =>
    ready(connectTcp({ ...common, ...to, ...received }), "connect", guard);
  const received = onread && { onread };
  const server = { host: bareHost(url), port };
  if (url.protocol === "http:") return connectTo(proxy ?? server);
  if (proxy === undefined) return secure(url, options, guard, { ...common, ...server, ...received });
  const socket = await connectTo(proxy);
  await openTunnel(socket, { url, port, proxy });
  return secure(url, options, guard, { socket });
}

function secure(
  url: URL,
  { ca, cert, key }: OpenOptions,
  guard: Guard,
  way: ConnectionOptions,
): Promise<TLSSocket> {
  // It takes memory that http has no use for. `import` would also make the list of root certificates, which only `ca` needs.
  const tls = process.getBuiltinModule("node:tls");
  const host = bareHost(url);
  const socket = tls.connect({
    ...way,
    host,
    // A server name that is an address is not allowed (RFC 6066, section 3).
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca: [...tls.rootCertificates, String(ca)] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
  return ready(socket, "secureConnect", guard);
}

/** Waits for a connection, which the guard watches from here on. */
function ready<S extends Socket | TLSSocket>(
  socket: S,
  event: "connect" | "secureConnect",
  guard: Guard,
): Promise<S> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve(socket));
    socket.once("error", (error) => guard.noteFailure(error));
    socket.once("close", () => reject(guard.explain(new Error("the connection was closed"))));
    guard.closeBy((failure) => void socket.destroy(failure instanceof Error ? failure : undefined));
  });
}

/** Asks a proxy to pass on what comes, whatever it is (RFC 9110, section 9.3.6). */
function openTunnel(
  socket: Socket,
  { url, port, proxy }: { url: URL; port: number; proxy: Proxy },
): Promise<void> {
  const authority = `${url.hostname}:${port}`;
  return new Promise((resolve, reject) => {
    const request = nodeHttp().request({
      method: "CONNECT",
      path: authority,
      headers: { ...proxy.headers, host: authority },
      createConnection: () => socket,
    });
    request.once("error", reject);
    request.once("connect", ({ statusCode: status = 0, statusMessage }) => {
      if (status >= 200 && status < 300) {
        resolve();
        return;
      }
      socket.destroy();
      const words = statusMessage || nodeHttp().STATUS_CODES[status] || `status ${status}`;
      reject(new HttpStatusError(url, status, `${words} (proxy ${proxy.host}:${proxy.port})`));
    });
    request.end();
  });
}
