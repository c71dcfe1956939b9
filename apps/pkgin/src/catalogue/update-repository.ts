import { decompress, records, RecordStreamError, type SummaryRecord } from "bz2-record-stream";
import { FetchError, type OpenedUrl } from "fetch-to-fd";
import { CatalogueError, importSummary, MalformedRecordError, type Repository } from "summary-to-sqlite";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { downloadProgress } from "../report/progress.ts";
import { openSummary } from "./open-summary.ts";

const ARCHITECTURE = "\nMACHINE_ARCH=";

/** How one repository is read. */
export interface UpdateOptions {
  /** Also where nothing has changed. */
  readonly force: boolean;
  /** Waits not for long. */
  readonly isHurried: boolean;
  /** Packages for another kind of processor are taken in. */
  readonly acceptForeign: boolean;
}

/** A repository's packages are for another kind of processor. */
export class ForeignArchitecture extends Error {
  override readonly name = "ForeignArchitecture";
  readonly machineArch: string;

  constructor(machineArch: string) {
    super(`the packages are for ${machineArch}`);
    this.machineArch = machineArch;
  }
}

/**
 * Streams a repository's summary into the catalogue: bytes, decompressed, cut into records, stored. The rows change only
 * when all of it was good.
 *
 * @returns false where nothing has changed since it was last read
 * @throws FatalError when there is no summary, or a bad one; ForeignArchitecture
 */
export async function updateRepository(
  context: Context,
  repository: Repository,
  { force, isHurried, acceptForeign }: UpdateOptions,
): Promise<boolean> {
  const { db, integrity, output, options, host, signal } = context;
  const { url } = repository;
  const isForced = force || (await integrity.mustReadAgain(url));
  const opened = await openSummary(context, repository, { force: isForced, isHurried });
  if (opened === undefined) return false;
  const name = new URL(opened.url).pathname.split("/").at(-1) ?? "";
  const progress = downloadProgress(output, "", name, options.parsable);
  try {
    const check = await integrity.checkOfSummary(url, opened.url);
    const bytes = counted(opened, progress.update);
    const text = decompress(check?.check(bytes) ?? bytes, { reuseMemory: true });
    const all = records(notEmpty(text, opened.url));
    const batches = atEnd(acceptForeign ? all : native(all, host.machineArch), () =>
      integrity.noteSummary(url, check),
    );
    await importSummary(db, url, batches, { validators: opened.validators, signal });
    progress.done();
    if (check?.words !== undefined) output.out(`verified ${name}: ${check.words}\n`);
    return true;
  } catch (error) {
    progress.failed();
    throw explain(opened.url, error);
  } finally {
    opened.close();
  }
}

/** Passes bytes on, telling how many have come. */
async function* counted(
  { body, size }: OpenedUrl,
  update: (progress: { received: number; total?: number | undefined }) => void,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of body) {
    received += chunk.length;
    update({ received, total: size });
    yield chunk;
  }
}

/** Passes text on, and throws where there is none: an empty repository's summary has a newline, none at all was cut off. */
async function* notEmpty(text: AsyncIterable<Uint8Array>, url: string): AsyncGenerator<Uint8Array> {
  let isEmpty = true;
  for await (const chunk of text) {
    isEmpty &&= chunk.length === 0;
    yield chunk;
  }
  if (!isEmpty) return;
  throw new FatalError(
    `Could not read ${url}: a summary was expected, found no text at all\n` +
      "What was known of the repository before stays as it was.",
  );
}

/** Passes items on, and does something behind the last one, before whoever takes them knows that it was. */
async function* atEnd<Item>(items: AsyncIterable<Item>, act: () => void): AsyncGenerator<Item> {
  yield* items;
  act();
}

/** Passes records on as long as they are for this kind of processor. */
async function* native(
  batches: AsyncIterable<readonly SummaryRecord[]>,
  machineArch: string,
): AsyncGenerator<readonly SummaryRecord[]> {
  for await (const batch of batches) {
    for (const record of batch) {
      const found = machineArchOf(record.bytes);
      if (found !== "" && !found.startsWith(machineArch)) throw new ForeignArchitecture(found);
    }
    yield batch;
  }
}

/** Takes one value out of a record's text, for less than taking all of it apart. */
function machineArchOf(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  const text = bytes instanceof Buffer ? bytes : Buffer.from(buffer, byteOffset, byteLength);
  const at = text.indexOf(ARCHITECTURE, 0, "latin1");
  if (at < 0) return "";
  const end = text.indexOf("\n", at + 1);
  return text.toString("latin1", at + ARCHITECTURE.length, end < 0 ? text.length : end).trimEnd();
}

/** Names what could not be read or written. */
function explain(url: string, error: unknown): unknown {
  const said = problemOf(url, error);
  if (said === undefined) return error;
  return new FatalError(`${said}\nWhat was known of the repository before stays as it was.`, {
    cause: error,
  });
}

function problemOf(url: string, error: unknown): string | undefined {
  if (error instanceof RecordStreamError) return `Could not read ${url}: ${error.message}`;
  if (error instanceof FetchError) return `Could not read ${error.message}`;
  if (error instanceof MalformedRecordError) return malformed(url, error);
  if (error instanceof CatalogueError && error.code === "ERR_CATALOGUE_WRITE")
    return `Could not write ${error.path}: ${(error.cause as Error).message}`;
  return undefined;
}

function malformed(url: string, { line, problem, recordNumber, textOffset }: MalformedRecordError): string {
  if (line === undefined) return `Could not read ${url}: ${problem}`;
  return `Invalid pkg_info entry: ${line} (record ${recordNumber}, at byte ${textOffset} of its text, of ${url})`;
}
