import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FetchError, openUrl, type OpenedUrl } from "fetch-to-fd";
import { networkOptions } from "../config/network.ts";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { explainVerifying, type Keyring } from "./keyring.ts";

/** Nobody has so many packages, in bytes. */
const LARGEST = 64 * 1024 * 1024;
const NAME = "SHA512.bz2";

/** What a repository tells of its files in a list of their digests, as bulk builds publish it beside the packages. */
export interface DigestList {
  /** By the name of the file, as FILE_CKSUM has it. */
  readonly digests: ReadonlyMap<string, string>;
  /** Who signed the list, where it is signed by somebody who is trusted. */
  readonly signer: string | undefined;
}

/**
 * Gets the list of a repository, which is kept, and asked for again only when it has changed.
 *
 * @param repository its URL
 * @param keyring the public keys that may sign; without it a signature says nothing
 * @returns undefined where there is no list
 * @throws FatalError for a list that is not as it must be
 */
export async function digestList(
  setting: Setting,
  repository: string,
  keyring: Keyring | undefined,
): Promise<DigestList | undefined> {
  const url = new URL(`../${NAME}`, `${repository}/`).href;
  const packed = await fetchKept(setting, url);
  if (packed === undefined) return undefined;
  const { decodeText, PackageError, readDigestList } = await import("pkg-archive");
  const { decompress, RecordStreamError } = await import("bz2-record-stream");
  try {
    const parts: Buffer[] = [];
    for await (const chunk of decompress(chunksOf(packed))) parts.push(Buffer.from(chunk));
    const bytes = Buffer.concat(parts);
    const directory = repository.split("/").at(-1) ?? "";
    const all = await readDigestList(chunksOf(bytes));
    const own = [...all].flatMap(([path, digest]): [string, string][] =>
      path.startsWith(`${directory}/`) ? [[path.slice(directory.length + 1), digest]] : [],
    );
    const signer = keyring === undefined ? undefined : await signerOf(decodeText(bytes), { url, keyring });
    return { digests: new Map(own), signer };
  } catch (error) {
    if (!(error instanceof PackageError || error instanceof RecordStreamError)) throw error;
    throw new FatalError(`${url} cannot be used: ${error.message}`, { cause: error });
  }
}

/** A signed list has the signature around it, as clear-signed text. */
async function signerOf(
  text: string,
  { url, keyring }: { url: string; keyring: Keyring },
): Promise<string | undefined> {
  if (!text.startsWith("-----BEGIN PGP SIGNED MESSAGE-----")) return undefined;
  const { PackageError, verifyClearSigned } = await import("pkg-archive");
  try {
    const { userIds, keyId } = await verifyClearSigned(text, { name: url, keyring: keyring.bytes });
    return userIds[0] ?? keyId;
  } catch (error) {
    throw error instanceof PackageError ? explainVerifying(keyring, error) : error;
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Gets a file that does not change often: the kept one, as long as the server has no newer one. */
async function fetchKept(setting: Setting, url: string): Promise<Uint8Array | undefined> {
  const { locations, options } = setting;
  const name = createHash("sha256").update(url).digest("hex").slice(0, 12);
  const file = join(locations.home, `digests-${name}`);
  const kept = statSync(file, { throwIfNoEntry: false })?.mtime;
  if (options.offline && !url.startsWith("file:")) return kept && readFileSync(file);
  try {
    const validators = kept === undefined ? {} : { lastModified: kept.toUTCString() };
    const opened = await openUrl(url, { ...networkOptions(setting, url), validators });
    try {
      if (opened.notModified) return readFileSync(file);
      return keep(file, opened, await collect(url, opened));
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    // There may be none, or none any more; only a server that cannot be reached leaves the kept one good.
    if (error.code === "ERR_FETCH_CONNECTION") return kept && readFileSync(file);
    rmSync(file, { force: true });
    return undefined;
  }
}

async function collect(url: string, { body }: OpenedUrl): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST)
      throw new FatalError(`${url} is larger than ${LARGEST} bytes, which no list of digests is`);
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}

/** Without a date, or the right to write, it is asked for again the next time. */
function keep(file: string, { validators }: OpenedUrl, bytes: Uint8Array): Uint8Array {
  if (validators.lastModified === undefined) return bytes;
  const beside = `${file}.new`;
  try {
    writeFileSync(beside, bytes);
    const date = new Date(validators.lastModified);
    utimesSync(beside, date, date);
    renameSync(beside, file);
  } catch {
    rmSync(beside, { force: true });
  }
  return bytes;
}
