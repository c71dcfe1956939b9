import type { Contents } from "./contents.ts";

/** A file of a package that is being read. */
export interface IncomingFile {
  /** Relative to the prefix. */
  readonly path: string;
  readonly type: "file" | "symlink" | "link";
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The owner's name, where the package has it; it goes before the number. */
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  /** Time of the last change, in seconds. */
  readonly mtime: number;
  /** Where a symbolic link leads, or the path of an earlier file that a hard link is the same as. */
  readonly target?: string | undefined;
  /** The bytes of a file, to be read before the next file is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A package that is being read: the metadata is there, the files come when they are asked for. */
export interface PackageReader {
  /** The metadata files in their order, by their names with `+`. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly files: AsyncIterable<IncomingFile>;
  /** Lets go of the source; to be called in any case. */
  close(): Promise<void>;
}

/** The bytes of a package, or a reader of it. */
export type PackageSource = AsyncIterable<Uint8Array> | PackageReader;

/** A package of which the packing list is known. */
export interface Incoming extends PackageReader {
  readonly contents: Contents;
}
