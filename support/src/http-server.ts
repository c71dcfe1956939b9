import { createReadStream, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

/** A reader that is fast wants few and large reads, in bytes. */
const READ_SIZE = 256 * 1024;

/** A server on 127.0.0.1 that runs until it is closed. */
export interface LocalServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** `METHOD path` of every request so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a server that answers as the handler does, which may misbehave. */
export async function serve(handler: RequestListener): Promise<LocalServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  return {
    url: `http://127.0.0.1:${await listenLocally(server)}`,
    requests,
    close: () => closeServer(server, () => server.closeAllConnections()),
  };
}

/**
 * Starts a server that knows no HTTP: it hands out the connection when the head of a request has come, for answers that
 * break the protocol.
 */
export async function serveRaw(answer: (socket: Socket) => void): Promise<LocalServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The client may go at any time.
    socket.on("error", () => {});
    socket.once("data", (head) => {
      requests.push(/^\S+ \S+/.exec(String(head))?.[0] ?? "");
      answer(socket);
    });
  });
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${await listenLocally(server)}`,
    requests,
    close: () => closeServer(server, dropAll),
  };
}

/** Lets a server listen on a free port of 127.0.0.1. @returns the port */
export async function listenLocally(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Ends a server, with all its connections. */
export function closeServer(server: Server, dropConnections: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    dropConnections();
  });
}

/** Serves the files below a directory; see `directoryHandler`. */
export function serveDirectory(directory: string): Promise<LocalServer> {
  return serve(directoryHandler(directory));
}

/**
 * Answers with the files below a directory, as a plain web server does: with their size, the time of their last change and an
 * entity tag; conditional requests and ranges to the end (with If-Range) included. Files are streamed, whatever their size.
 */
export function directoryHandler(directory: string): RequestListener {
  return (request, response) => {
    sendFile(directory, request, response).catch(() => response.destroy());
  };
}

async function sendFile(
  directory: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const path = join(directory, normalize(decodeURIComponent(pathname)));
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    return;
  }
  const headers = {
    etag: `"${found.size}-${found.mtimeMs}"`,
    "last-modified": found.mtime.toUTCString(),
    "accept-ranges": "bytes",
  };
  if (isUnchanged(request, found, headers.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const start = rangeStart(request, [headers.etag, headers["last-modified"]]);
  if (start >= found.size && start > 0) {
    response.writeHead(416, { ...headers, "content-range": `bytes */${found.size}` }).end();
    return;
  }
  response.writeHead(start === 0 ? 200 : 206, {
    ...headers,
    "content-length": found.size - start,
    ...(start > 0 && { "content-range": `bytes ${start}-${found.size - 1}/${found.size}` }),
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(path, { start, highWaterMark: READ_SIZE }), response);
}

function isUnchanged(request: IncomingMessage, found: Stats, etag: string): boolean {
  const { "if-none-match": match, "if-modified-since": since } = request.headers;
  if (match !== undefined) return match === etag;
  return since !== undefined && Math.floor(found.mtimeMs / 1000) * 1000 <= Date.parse(since);
}

/** The byte to begin with; only ranges from there to the end are known, as a server may ignore any other. */
function rangeStart(request: IncomingMessage, validators: readonly string[]): number {
  const { range, "if-range": condition } = request.headers;
  const start = /^bytes=(\d+)-$/.exec(range ?? "")?.[1];
  if (start === undefined || (condition !== undefined && !validators.includes(String(condition)))) return 0;
  return Number(start);
}
