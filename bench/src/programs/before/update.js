/*
 * Updates a catalogue and downloads a package as a package manager does that has not looked at its memory yet, and with
 * one mistake less at each step:
 *
 *   0  downloads whole files into memory, decompresses the whole summary with unbzip2-stream, lets SQLite keep all pages
 *   1  streams the package to its file
 *   2  streams the summary too: decoded block by block, cut into records and stored as it comes
 *   3  leaves SQLite its own page cache
 *
 * Every step is made of the packages' public options.
 *
 *     node update.js STEP REPOSITORY PACKAGE DIRECTORY
 */
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decompress, records } from "bz2-record-stream";
import { fetchToFd, openUrl } from "fetch-to-fd";
import { importSummary, openCatalogue } from "summary-to-sqlite";

/** In pages of 16 KiB it is what `cache_size = 1000000` was once. */
const INFLATED = 1_000_000 * 16_384;

const [step, repository, name, directory] = process.argv.slice(2);
const [streamsPackage, streamsSummary, smallCache] = [1, 2, 3].map((least) => Number(step) >= least);

await mkdir(directory, { recursive: true });
await updateCatalogue();
await downloadPackage();

async function updateCatalogue() {
  const catalogue = openCatalogue(join(directory, "pkgin.db"), smallCache ? {} : { cacheSize: INFLATED });
  const summary = `${repository}/pkg_summary.bz2`;
  const text = streamsSummary
    ? decompress((await openUrl(summary, { reuseMemory: true })).body, { reuseMemory: true })
    : once(await decompressBuffer(await downloadFile(summary)));
  await importSummary(catalogue, repository, records(text));
  catalogue.close();
}

async function downloadPackage() {
  const path = join(directory, name);
  if (!streamsPackage) return writeFile(path, await downloadFile(`${repository}/${name}`));
  const file = await open(path, "w");
  await fetchToFd(`${repository}/${name}`, file.fd);
  await file.close();
}

/** The whole of a file, in memory. */
async function downloadFile(url) {
  const { body, size } = await openUrl(url, { reuseMemory: true });
  return gather(body, new Uint8Array(size));
}

/** All that a compressed text comes to, in memory. */
async function decompressBuffer(bytes) {
  const chunks = [];
  for await (const chunk of decompress(once(bytes), { decoder: "portable" }))
    chunks.push(new Uint8Array(chunk));
  return gather(chunks, new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0)));
}

async function gather(chunks, whole) {
  let length = 0;
  for await (const chunk of chunks) {
    whole.set(chunk, length);
    length += chunk.length;
  }
  return whole;
}

async function* once(bytes) {
  yield bytes;
}
