import { createServer, type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { closeServer, type LocalServer, listenLocally } from "./http-server.ts";

/** A proxy on 127.0.0.1 that runs until it is closed. */
export interface ProxyServer extends LocalServer {
  /** The header `Proxy-Authorization` of every request so far. */
  readonly authorizations: readonly (string | undefined)[];
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** The local port that every host leads to, whatever its name. */
  readonly port: number;
  /** The header `Proxy-Authorization` without which it does nothing. */
  readonly authorization?: string;
}

/** Starts a proxy for http, and for anything else by CONNECT. */
export async function serveProxy({ port, authorization }: ProxyOptions): Promise<ProxyServer> {
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Duplex>();
  const note = ({ method, url, headers }: IncomingMessage) => {
    requests.push(`${method} ${url}`);
    authorizations.push(headers["proxy-authorization"]);
    return authorization === undefined || headers["proxy-authorization"] === authorization;
  };
  const server = createServer((request, response) => {
    if (note(request)) forward(request, response, port);
    else response.writeHead(407).end();
  });
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    sockets.add(client);
    client.on("error", () => {});
    if (!note(request)) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const target = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(client).pipe(target);
    });
    sockets.add(target);
    target.on("error", () => client.destroy());
  });
  const dropAll = () => {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${await listenLocally(server)}`,
    requests,
    authorizations,
    close: () => closeServer(server, dropAll),
  };
}

function forward({ url = "", headers }: IncomingMessage, response: ServerResponse, port: number): void {
  const { pathname, search } = new URL(url);
  const { "proxy-authorization": _, ...others } = headers;
  requestHttp({ host: "127.0.0.1", port, path: pathname + search, headers: others }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  })
    .on("error", () => response.destroy())
    .end();
}
