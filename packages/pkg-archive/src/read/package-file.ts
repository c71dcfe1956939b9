/** A file of a package that is being read. */
export interface PackageFile {
  /** Relative to the prefix. */
  readonly path: string;
  /** A regular file, a symbolic link, or a hard link to an earlier file of the package. */
  readonly type: "file" | "symlink" | "link";
  /** Permission bits, with those for set-user-id and the like. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The owner's name, where the package has it; it goes before the number. */
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  /** Time of the last change, in seconds. */
  readonly mtime: number;
  /** Where a symbolic link leads, or the path of the earlier file that a hard link is the same as. */
  readonly target?: string | undefined;
  /** In bytes; 0 for a link. */
  readonly size: number;
  /**
   * The bytes of a file, to be read before the next file is asked for; what is not read is passed over then. At its end the
   * MD5 of the packing list is compared. A chunk is valid until the next one is asked for.
   */
  readonly body: AsyncIterable<Uint8Array>;
}
