import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MalformedError } from "../errors.ts";
import { METADATA_NAMES } from "../metadata-names.ts";
import { parsePackingList } from "../packing-list/parse-packing-list.ts";
import { signPackage } from "../signature/sign-package.ts";
import { decodeText } from "bz2-record-stream";
import { compressionOf } from "../write/compression-of.ts";
import type { PackageParts } from "../write/package-spec.ts";
import { writePackage } from "../write/write-package.ts";
import { withPart, writeBeside, writePart } from "../write-beside.ts";
import { type Command, onlyOperand, parseCommandLine, UsageError } from "./command.ts";

/** `pkg-archive create FILE` */
export const create: Command = {
  usage: "create FILE --metadata DIR --root DIR [--sign KEY]",
  about: "writes a package; the end of its name tells the compression",
  help: `  --metadata DIR      has +CONTENTS, +COMMENT, +DESC and what else there is
  --root DIR          has the files, laid out as below the prefix
  --sign KEY          an OpenPGP private key; what it is locked with is in PKG_ARCHIVE_PASSPHRASE
`,
  async *run(args, { signal }) {
    const { operands, values } = parseCommandLine(args, {
      metadata: { type: "string" },
      root: { type: "string" },
      sign: { type: "string" },
    });
    const path = onlyOperand(operands, "FILE");
    const { metadata, root, sign } = values;
    if (metadata === undefined || root === undefined)
      throw new UsageError("--metadata and --root were expected");
    const compression = compressionOf(path);
    if (compression === undefined)
      throw new UsageError(`${path}: a name that ends with .tgz, .tbz, .txz, .tzst or .tar was expected`);
    const parts = { metadata: await readMetadata(metadata), root };
    const bytes = writePackage(parts, { compression, signal });
    if (sign === undefined) await writeBeside(path, bytes);
    else await writeSigned(path, { bytes, parts, key: await readFile(sign), signal });
    yield `${path}\n`;
  },
};

async function readMetadata(directory: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = new Set(await readdir(directory));
  const metadata = new Map<string, Uint8Array>();
  for (const name of METADATA_NAMES) {
    if (names.has(name)) metadata.set(name, await readFile(join(directory, name)));
  }
  if (metadata.has("+CONTENTS")) return metadata;
  throw new MalformedError(`${directory} has no +CONTENTS, the packing list`);
}

interface Unsigned {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly parts: PackageParts;
  readonly key: Uint8Array;
  readonly signal: AbortSignal;
}

/** The digests stand before the package, so that it has to be there first. */
async function writeSigned(path: string, { bytes, parts, key, signal }: Unsigned): Promise<void> {
  const { pkgname } = parsePackingList(decodeText(parts.metadata.get("+CONTENTS") ?? new Uint8Array(0)));
  const passphrase = process.env["PKG_ARCHIVE_PASSPHRASE"];
  await withPart(path, async (plain) => {
    await writePart(plain, { path, bytes });
    await writeBeside(path, signPackage(plain, { pkgname, privateKey: key, passphrase, signal }));
  });
}
