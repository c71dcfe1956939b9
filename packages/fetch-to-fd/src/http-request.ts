import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { connect, type Socket } from "node:net";
import { rootCertificates } from "node:tls";
import { ConnectionError, FetchError, StalledError, TruncatedError } from "./fetch-error.ts";
import type { OpenOptions } from "./options.ts";
import { SocketBody } from "./socket-body.ts";
import { WaitLimit } from "./wait-limit.ts";

const DEFAULT_CONNECT_TIMEOUT = 30_000;
const DEFAULT_IDLE_TIMEOUT = 60_000;

/** An answer whose head has come. */
export interface HttpAnswer {
  readonly response: IncomingMessage;
  /** Bytes of the body, where the server tells. */
  readonly size: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  close(): void;
}

/** Sends one GET request and waits for the head of the answer. */
export function sendRequest(
  url: URL,
  headers: Record<string, string>,
  options: OpenOptions,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const receiver = new SocketBody();
    const request = createRequest(url, headers, options, receiver);
    const transfer = new Transfer(url, request, options);
    request.once("socket", (socket: Socket) => {
      receiver.attach(socket);
      transfer.watch(socket);
    });
    request.on("error", (error) => reject(transfer.explain(error)));
    request.once("response", (response) => {
      const size = bodySize(response);
      const isPlain = url.protocol === "http:" && size !== undefined;
      const chunks = isPlain ? receiver.take(response, size) : (response as AsyncIterable<Uint8Array>);
      // An error is told to whoever iterates; without anybody it must not end the process.
      response.on("error", () => {});
      transfer.rest();
      resolve({ response, size, body: transfer.check(chunks, size), close: () => void request.destroy() });
    });
    request.end();
  });
}

function createRequest(
  url: URL,
  headers: Record<string, string>,
  { ca, family }: OpenOptions,
  { onread }: SocketBody,
): ClientRequest {
  const addresses = family === undefined ? {} : { family };
  if (url.protocol === "https:") {
    const trusted = ca === undefined ? {} : { ca: [...rootCertificates, String(ca)] };
    return requestHttps(url, { headers, agent: false, ...addresses, ...trusted });
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 80);
  return requestHttp(url, { headers, createConnection: () => connect({ host, port, onread, ...addresses }) });
}

/** Undefined also where the body is cut into chunks that tell their own sizes. */
function bodySize({ headers }: IncomingMessage): number | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return length === undefined || encoding !== undefined ? undefined : Number(length);
}

/** Sees to it that a transfer is abandoned in time, and tells why it ended. */
class Transfer {
  readonly #url: URL;
  readonly #request: ClientRequest;
  readonly #options: OpenOptions;
  readonly #idleTimeout: number;
  readonly #wait: WaitLimit;
  #failure: Error | undefined;

  constructor(url: URL, request: ClientRequest, options: OpenOptions) {
    this.#url = url;
    this.#request = request;
    this.#options = options;
    this.#idleTimeout = options.idleTimeout ?? DEFAULT_IDLE_TIMEOUT;
    this.#wait = new WaitLimit((limit) => this.#abandon(new StalledError(url, limit)));
  }

  watch(socket: Socket): void {
    const { signal, connectTimeout = DEFAULT_CONNECT_TIMEOUT } = this.#options;
    const abort = () => this.#abandon(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    socket.once("close", () => {
      signal?.removeEventListener("abort", abort);
      this.#wait.stop();
    });
    if (signal?.aborted === true) abort();
    this.#wait.start(connectTimeout);
    socket.once(this.#url.protocol === "https:" ? "secureConnect" : "connect", () =>
      this.#wait.start(this.#idleTimeout),
    );
    socket.once("error", (error) => {
      this.#failure ??= error;
    });
  }

  /** Passes the body on, and throws where it ends before its end. It is not waited for while a chunk is being used. */
  async *check(chunks: AsyncIterable<Uint8Array>, size: number | undefined): AsyncGenerator<Uint8Array> {
    let received = 0;
    this.#wait.start(this.#idleTimeout);
    try {
      for await (const chunk of chunks) {
        received += chunk.length;
        this.#wait.stop();
        yield chunk;
        this.#wait.start(this.#idleTimeout);
      }
    } catch (error) {
      this.#failure ??= error as Error;
    } finally {
      this.#wait.stop();
    }
    if (this.#failure === undefined && received === (size ?? received)) return;
    const cause = this.#failure;
    const { code } = (cause ?? { code: "ECONNRESET" }) as NodeJS.ErrnoException;
    // Node reports a connection that closes too early as reset.
    if (code === "ECONNRESET") throw new TruncatedError(this.#url, size, received, { cause });
    throw this.explain(cause);
  }

  /** The head of the answer has come; whether the body is waited for is the consumer's choice. */
  rest(): void {
    this.#wait.stop();
  }

  /** Says what an error of the connection means to the caller. */
  explain(error: unknown): unknown {
    const { signal } = this.#options;
    if (signal?.aborted === true) return signal.reason;
    const failure = this.#failure ?? error;
    return failure instanceof FetchError ? failure : new ConnectionError(this.#url, failure);
  }

  #abandon(failure: Error): void {
    this.#failure = failure;
    this.#request.destroy(failure);
  }
}
