import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { FileError } from "../errors.ts";
import { readSummary } from "../summary/read-summary.ts";
import { checkedFile, type FileFacts } from "../verify/checked-file.ts";
import { readDigestList } from "../verify/digest-list.ts";
import { openFile } from "./read-package.ts";

/** What packages are held against. */
export interface Trust {
  /** Public keys. */
  readonly keyring: Uint8Array | undefined;
  /**
   * Checks the bytes of a package file as the lists have it while they pass.
   *
   * @throws FileError for a file that is not in the lists
   */
  check(path: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Where it is read from. */
export interface TrustFiles {
  readonly keyring?: string | undefined;
  readonly summary?: string | undefined;
  readonly digests?: string | undefined;
}

/** The facts about files by their names, without directories. */
type FactsByName = ReadonlyMap<string, Omit<FileFacts, "name">>;

/**
 * Reads what packages are held against.
 *
 * @throws FileError for a file that cannot be read
 */
export async function readTrust({ keyring, summary, digests }: TrustFiles): Promise<Trust> {
  const lists = new Map<string, FactsByName>();
  if (summary !== undefined) lists.set(summary, await named(summary, summaryFacts(openFile(summary))));
  if (digests !== undefined) lists.set(digests, await named(digests, digestFacts(openFile(digests))));
  return {
    keyring: keyring === undefined ? undefined : await named(keyring, readFile(keyring)),
    check(path, bytes) {
      const name = basename(path);
      return [...lists].reduce((checked, [list, factsByName]) => {
        const facts = factsByName.get(name);
        if (facts === undefined) throw new FileError(path, new Error(`this file is not in ${list}`));
        return checkedFile(checked, { name, ...facts });
      }, bytes);
    },
  };
}

async function named<T>(path: string, reading: Promise<T>): Promise<T> {
  return await reading.catch((error: unknown) => {
    throw new FileError(path, error);
  });
}

async function summaryFacts(bytes: AsyncIterable<Uint8Array>): Promise<FactsByName> {
  const facts = new Map<string, Omit<FileFacts, "name">>();
  for await (const { fileName, size, cksum } of readSummary(bytes)) {
    if (fileName !== undefined) facts.set(fileName, { size, cksum });
  }
  return facts;
}

async function digestFacts(bytes: AsyncIterable<Uint8Array>): Promise<FactsByName> {
  const digests = await readDigestList(bytes);
  return new Map([...digests].map(([listed, cksum]) => [basename(listed), { cksum }]));
}
