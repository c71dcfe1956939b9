// RFC 959 with the extensions SIZE, MDTM and REST of RFC 3659. Of a URL's path, what comes after its first slash is the
// file's, from the directory in which the server lets us in (RFC 1738, section 3.2.2).
import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { Client } from "basic-ftp";
import { bareHost, findCredentials } from "./credentials.ts";
import { FetchError, FtpStatusError, redactUrl, SizeMismatchError, TruncatedError } from "./fetch-error.ts";
import { Guard } from "./guard.ts";
import { type Answer, noBody, type ResumePoint } from "./opened.ts";
import type { OpenOptions } from "./options.ts";

const ANONYMOUS = { user: "anonymous", password: "anonymous@" };

/** Opens an `ftp:` URL; the time of its file's last change is its validator. */
export async function openFtp(url: URL, options: OpenOptions, from?: ResumePoint): Promise<Answer> {
  const path = ftpPath(url);
  // Most programs never need it.
  const ftp = await import("basic-ftp");
  const client = new ftp.Client(0);
  client.ftp.ipFamily = options.family;
  const guard = new Guard(url, options);
  guard.closeBy(() => client.close());
  const close = () => {
    guard.end();
    client.close();
  };
  try {
    await logIn(client, url, { options, guard });
    const size = await client.size(path).catch(unlessKnown(client));
    const changed = await lastChange(client, path);
    const lastModified = changed?.toUTCString();
    const common = { url: redactUrl(url), size, validators: { lastModified }, contentType: undefined, close };
    const since = Date.parse(options.validators?.lastModified ?? "");
    if (changed !== undefined && changed.getTime() <= since) {
      close();
      return { ...common, size: undefined, notModified: true, start: 0, proof: undefined, body: noBody() };
    }
    const proof = changed && size !== undefined ? `${lastModified} ${size}` : undefined;
    const point = from !== undefined && from.proof === proof ? from.start : 0;
    const { start, chunks } = await startTransferAt(point, client, path);
    const body = watched(chunks, { guard, url, start, size, close });
    return { ...common, notModified: false, start, proof, body };
  } catch (error) {
    close();
    throw explain(error, url, guard);
  }
}

/** @throws FetchError ERR_FETCH_URL for a path that would end its command and begin another */
function ftpPath(url: URL): string {
  const encoded = url.pathname.slice(1);
  try {
    const path = decodeURIComponent(encoded);
    if (path !== "" && !/[\r\n\0]/.test(path)) return path;
  } catch {
    // As below.
  }
  throw new FetchError("ERR_FETCH_URL", url, "the path of a file was expected");
}

async function logIn(
  client: Client,
  url: URL,
  { options, guard }: { options: OpenOptions; guard: Guard },
): Promise<void> {
  const known = await findCredentials(url, options.environment ?? process.env);
  const { user, password } = known ?? ANONYMOUS;
  guard.expectConnection();
  await client.connect(bareHost(url), Number(url.port || 21));
  guard.expectBytes();
  await client.login(user, password);
  await client.useDefaultSettings();
}

/** For questions that a server need not be able to answer; whether there is the file, the transfer tells. */
function unlessKnown(client: Client): (error: unknown) => undefined {
  return (error) => {
    if (client.closed || ftpStatus(error) === undefined) throw error;
  };
}

async function lastChange(client: Client, path: string): Promise<Date | undefined> {
  const date = await client.lastMod(path).catch(unlessKnown(client));
  return Number.isNaN(date?.getTime()) ? undefined : date;
}

interface Transfer {
  readonly start: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Begins to receive at a point, or at the beginning where the server cannot do otherwise. */
async function startTransferAt(start: number, client: Client, path: string): Promise<Transfer> {
  try {
    return { start, chunks: await startTransfer(client, path, start) };
  } catch (error) {
    if (start === 0 || client.closed || ftpStatus(error) === undefined) throw error;
    return { start: 0, chunks: await startTransfer(client, path, 0) };
  }
}

/** Begins to receive, and waits for the first bytes. @returns the body, which fails if the transfer does */
async function startTransfer(
  client: Client,
  path: string,
  start: number,
): Promise<AsyncIterable<Uint8Array>> {
  const received = new PassThrough();
  const done = client.downloadTo(received, path, start);
  // An error is told to whoever iterates; without anybody it must not end the process.
  done.catch(() => {});
  await Promise.race([done, once(received, "readable")]);
  // A transfer that was refused has an end too.
  if (received.readableLength === 0) await done;
  return transferred(received, done);
}

async function* transferred(received: PassThrough, done: Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield* received as AsyncIterable<Uint8Array>;
  await done;
}

interface Watched {
  readonly guard: Guard;
  readonly url: URL;
  readonly start: number;
  readonly size: number | undefined;
  close(): void;
}

/** Passes a body on, and throws where it ends before its end. */
async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  { guard, url, start, size, close }: Watched,
): AsyncGenerator<Uint8Array> {
  let received = start;
  let failure: unknown;
  try {
    for await (const chunk of guard.watch(chunks)) {
      received += chunk.length;
      if (size !== undefined && received > size) throw new SizeMismatchError(url, size, received);
      yield chunk;
    }
  } catch (error) {
    failure = error;
  } finally {
    close();
  }
  if (guard.failure !== undefined || failure instanceof SizeMismatchError)
    throw explain(failure ?? guard.failure, url, guard);
  if (failure === undefined && received === (size ?? received)) return;
  throw new TruncatedError(url, size, received, { cause: failure });
}

/** What basic-ftp says, with advice to programmers, where no way to a data connection worked. */
const NO_PASSIVE = /^None of the available transfer strategies work\..*?'(?:\w+: )?(.*?)(?:\. |'\.?$)/s;

function explain(error: unknown, url: URL, guard: Guard): unknown {
  const status = ftpStatus(error);
  if (status !== undefined && guard.failure === undefined)
    return new FtpStatusError(url, status, error as Error);
  const why = NO_PASSIVE.exec((error as Error).message)?.[1];
  return guard.explain(
    why === undefined ? error : new Error(`no passive connection: ${why}`, { cause: error }),
  );
}

/** The reply code of a server's refusal. */
function ftpStatus(error: unknown): number | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === "number" ? code : undefined;
}
