import { createHash } from "node:crypto";
import { type LocalServer, serve } from "./http-server.ts";

/** A server whose answers break off. */
export interface InterruptedServer extends LocalServer {
  /** The header `Range` of every request so far. */
  readonly ranges: readonly (string | undefined)[];
}

/** How a server that breaks off behaves. */
export interface InterruptedOptions {
  /** What it has at a request, 0 for the first. */
  readonly content: (request: number) => Uint8Array;
  /** After how many bytes of the body each answer breaks off; those after the last are whole. */
  readonly cuts: readonly number[];
  /** Whether it sends an entity tag, and so can be asked for the rest. Default: true. */
  readonly hasTags?: boolean;
}

/** Starts a server that announces whole bodies and ends the connection before they are. */
export async function serveInterrupted({
  content,
  cuts,
  hasTags = true,
}: InterruptedOptions): Promise<InterruptedServer> {
  const ranges: (string | undefined)[] = [];
  const server = await serve((request, response) => {
    const number = ranges.push(request.headers.range) - 1;
    const bytes = content(number);
    const etag = `"${createHash("sha1").update(bytes).digest("hex")}"`;
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    const start = asked === undefined || request.headers["if-range"] !== etag ? 0 : Number(asked);
    const headers = { ...(hasTags && { etag }), "accept-ranges": "bytes" };
    if (start > 0 && start >= bytes.length) {
      response.writeHead(416, { ...headers, "content-range": `bytes */${bytes.length}` }).end();
      return;
    }
    response.writeHead(start > 0 ? 206 : 200, {
      ...headers,
      "content-length": bytes.length - start,
      ...(start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    const cut = cuts[number];
    if (cut === undefined) response.end(bytes.subarray(start));
    else response.write(bytes.subarray(start, start + cut), () => response.socket?.end());
  });
  return { ...server, ranges };
}
