import { contentsOf } from "./contents.ts";
import { PkgInstallError } from "./errors.ts";
import type { Incoming, PackageSource } from "./incoming.ts";
import { readArchive } from "./read-archive.ts";
import { decodeText } from "./text.ts";

/**
 * Opens a package for installing it: its metadata is read, its files are not yet.
 *
 * @throws PkgInstallError for something that is no package
 */
export async function openSource(source: PackageSource): Promise<Incoming> {
  const reader = "metadata" in source ? source : await readArchive(source);
  try {
    const list = reader.metadata.get("+CONTENTS");
    if (list === undefined) throw new PkgInstallError("ERR_INSTALL_ARCHIVE", "the package has no +CONTENTS");
    const { metadata, files } = reader;
    return {
      metadata,
      files,
      contents: contentsOf(decodeText(Buffer.from(list))),
      close: () => reader.close(),
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}
