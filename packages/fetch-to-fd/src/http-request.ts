import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Framing } from "./body-framing.ts";
import { BodyReceiver } from "./body-receiver.ts";
import { connectFor } from "./connect.ts";
import { SizeMismatchError, TruncatedError } from "./fetch-error.ts";
import { Guard } from "./guard.ts";
import { nodeHttp } from "./node-http.ts";
import type { OpenOptions } from "./options.ts";
import { findProxy, type Proxy } from "./proxy.ts";
import { SecureInbox } from "./secure-inbox.ts";
import { SocketInbox } from "./socket-inbox.ts";

/** An answer whose head has come. */
export interface HttpAnswer {
  readonly response: IncomingMessage;
  /** Bytes of this body, where the server tells. */
  readonly size: number | undefined;
  /**
   * @param start where in the whole this body begins
   * @param whole bytes of the whole, where known, up to which it has to come
   */
  body(start: number, whole: number | undefined): AsyncIterable<Uint8Array>;
  close(): void;
}

/** Sends one GET request and waits for the head of the answer. */
export async function sendRequest(
  url: URL,
  headers: Record<string, string>,
  options: OpenOptions,
): Promise<HttpAnswer> {
  const proxy = findProxy(url, options.environment ?? process.env);
  const guard = new Guard(url, options, proxy && `${proxy.host}:${proxy.port}`);
  try {
    const receiver = receiverFor(url, proxy, options);
    guard.expectConnection();
    const socket = await connectFor(url, { options, guard, proxy, onread: receiver?.onread });
    receiver?.attach(socket);
    socket.once("close", () => guard.end());
    guard.expectBytes();
    const { response, size, chunks } = await exchange(socket, { url, proxy, headers, receiver });
    guard.rest();
    const body: HttpAnswer["body"] = (start, whole) => checkBody(chunks, { guard, url, start, whole });
    return { response, size, body, close: () => void socket.destroy() };
  } catch (error) {
    guard.abandon(error);
    guard.end();
    throw guard.explain(error);
  }
}

/** @returns undefined for a tunnel, whose socket cannot be received so */
function receiverFor(url: URL, proxy: Proxy | undefined, { maxRate }: OpenOptions): BodyReceiver | undefined {
  if (url.protocol === "http:") return new BodyReceiver(new SocketInbox(maxRate));
  return proxy === undefined ? new BodyReceiver(new SecureInbox()) : undefined;
}

interface Exchange {
  readonly url: URL;
  readonly proxy: Proxy | undefined;
  readonly headers: Record<string, string>;
  readonly receiver: BodyReceiver | undefined;
}

interface Exchanged {
  readonly response: IncomingMessage;
  readonly size: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

function exchange(socket: Socket, { url, proxy, headers, receiver }: Exchange): Promise<Exchanged> {
  const path = url.pathname + url.search;
  // A proxy has to be told the server too.
  const isProxied = proxy !== undefined && url.protocol === "http:";
  return new Promise((resolve, reject) => {
    const request = nodeHttp().request({
      path: isProxied ? `http://${url.host}${path}` : path,
      headers: { host: url.host, ...(isProxied && proxy.headers), ...headers },
      createConnection: () => socket,
    });
    request.on("error", reject);
    const settle = (response: IncomingMessage) => {
      // An error is told to whoever iterates; without anybody it must not end the process.
      response.on("error", () => {});
      const size = bodySize(response);
      const chunks = receiver?.take(size ?? framing(response)) ?? (response as AsyncIterable<Uint8Array>);
      resolve({ response, size, chunks });
    };
    request.once("response", settle);
    // Where nobody listens to that, the connection is closed without a word.
    request.once("upgrade", settle);
    request.end();
  });
}

/** Undefined also where the body is cut into chunks that tell their own sizes. */
function bodySize({ headers }: IncomingMessage): number | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return length === undefined || encoding !== undefined ? undefined : Number(length);
}

/** Of a body whose size is not told. */
function framing({ headers }: IncomingMessage): Framing {
  return /\bchunked\s*$/i.test(headers["transfer-encoding"] ?? "") ? "chunked" : "until the end";
}

interface Checked {
  readonly guard: Guard;
  readonly url: URL;
  readonly start: number;
  readonly whole: number | undefined;
}

/** Passes a body on, and throws where it ends before the end of the whole, or does not end there. */
async function* checkBody(
  chunks: AsyncIterable<Uint8Array>,
  { guard, url, start, whole }: Checked,
): AsyncGenerator<Uint8Array> {
  let received = start;
  try {
    for await (const chunk of guard.watch(chunks)) {
      received += chunk.length;
      if (whole !== undefined && received > whole) throw new SizeMismatchError(url, whole, received);
      yield chunk;
    }
  } catch (error) {
    guard.noteFailure(error);
  }
  const cause = guard.failure;
  if (cause === undefined && received === (whole ?? received)) return;
  const { code } = (cause ?? { code: "ECONNRESET" }) as NodeJS.ErrnoException;
  // Node reports a connection that closes too early as reset.
  if (code !== "ECONNRESET") throw guard.explain(cause);
  throw new TruncatedError(url, whole, received, { cause });
}
