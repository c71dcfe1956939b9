import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";

/** What is downloaded where its size matters: half a megabyte, no two parts of which are alike. */
export const content: Buffer = Buffer.from(
  Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(""),
);

/** The head of an answer with all of that. */
export const CONTENT_HEAD: string = `HTTP/1.1 200 OK\r\ncontent-length: ${content.length}\r\n\r\n`;

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "fetch-to-fd-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Makes a file, alone in its directory, that is to be replaced as a whole or left as it is. @returns its path */
export function makeOldFile(directory: string = temporaryDirectory()): string {
  const path = join(directory, "target");
  writeFileSync(path, "old");
  return path;
}

/** The file is as it was made, and nothing is beside it. */
export function expectUntouched(path: string): void {
  expectAlone(path, "old");
}

/** The file has this content, and nothing is beside it. */
export function expectAlone(path: string, bytes: string | Buffer): void {
  expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  expect(readFileSync(path).equals(Buffer.from(bytes))).toBe(true);
}
