import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { SpecError, systemReason } from "../errors.ts";
import { decodeText, encodeText } from "bz2-record-stream";

/** A file that goes into a package. */
export interface SourceFile {
  /** Relative to the root. */
  readonly path: string;
  /** Where it is now; in bytes, since names need not be text. */
  readonly location: Buffer;
  readonly type: "file" | "symlink" | "link";
  /** Permission bits. */
  readonly mode: number;
  /** In bytes; for a link that of what it leads to as text. */
  readonly size: number;
  /** Of the file, or of the one that a hard link is the same as. */
  readonly md5: string | undefined;
  /** Where a symbolic link leads, or the earlier file. */
  readonly target: string | undefined;
}

/**
 * Finds all files below a directory, in the order of their names' bytes; a second name of a file becomes a hard link.
 *
 * @throws SpecError for what no package can have: devices, sockets, names that a packing list has no place for
 */
export async function findFiles(
  root: string,
  signal: AbortSignal | undefined,
): Promise<readonly SourceFile[]> {
  const paths: string[] = [];
  for await (const path of namesBelow(root, "")) paths.push(path);
  paths.sort((a, b) => Buffer.compare(encodeText(a), encodeText(b)));
  return describeFiles(root, paths, signal);
}

/**
 * Looks at files below a directory, in this order.
 *
 * @throws SpecError as {@link findFiles}, and for a file that is not there
 */
export async function describeFiles(
  root: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly SourceFile[]> {
  const look: Look = { seen: new Map(), signal };
  const files: SourceFile[] = [];
  for (const path of paths) files.push(await describe(path, encodeText(join(root, path)), look));
  return files;
}

async function* namesBelow(root: string, directory: string): AsyncGenerator<string> {
  const place = encodeText(join(root, directory));
  for (const entry of await readdir(place, { withFileTypes: true, encoding: "buffer" })) {
    const path = `${directory}${decodeText(entry.name)}`;
    if (entry.isDirectory()) {
      yield* namesBelow(root, `${path}/`);
      continue;
    }
    if (/\n|^[@+]|[\t-\r ]$/.test(path))
      throw new SpecError(
        `${JSON.stringify(path)} cannot be in a package: a packing list has no place for such a name`,
      );
    yield path;
  }
}

interface Look {
  /** The first names of files that have several, by their inodes. */
  readonly seen: Map<string, SourceFile>;
  readonly signal: AbortSignal | undefined;
}

async function describe(path: string, location: Buffer, { seen, signal }: Look): Promise<SourceFile> {
  const stat = await lstat(location).catch((error: unknown) => {
    throw new SpecError(`${path}, a file of the package, cannot be read: ${systemReason(error)}`, error);
  });
  if (stat.isSymbolicLink()) {
    const target = decodeText(await readlink(location, "buffer"));
    return { path, location, type: "symlink", mode: 0o777, size: stat.size, md5: undefined, target };
  }
  if (!stat.isFile())
    throw new SpecError(`${path} is neither a file nor a link, so that no package can have it`);
  const inode = `${stat.dev}:${stat.ino}`;
  const first = seen.get(inode);
  if (first !== undefined) return { ...first, path, location, type: "link", size: 0, target: first.path };
  const file: SourceFile = {
    path,
    location,
    type: "file",
    mode: stat.mode & 0o7777,
    size: stat.size,
    md5: await digest(location, signal),
    target: undefined,
  };
  if (stat.nlink > 1) seen.set(inode, file);
  return file;
}

async function digest(location: Buffer, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(location)) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
