import { SignatureError } from "../errors.ts";
import { expectName } from "../packing-list/expect-name.ts";
import type { PackageReader } from "../read/open-package.ts";
import { type Signer, verifySignature } from "../signature/verify-signature.ts";
import { type Command, parseCommandLine, UsageError } from "./command.ts";
import { printable } from "./printable.ts";
import { openFile, readPackage } from "./read-package.ts";
import { readTrust, type Trust } from "./trust.ts";

/** `pkg-archive verify FILE...` */
export const verify: Command = {
  usage: "verify FILE... [--keyring KEYS] [--summary LIST] [--digests LIST]",
  about: "reads all of each package and checks every digest and link in it, and with a keyring its signature",
  help: `  --keyring KEYS      public keys as \`gpg --export\` writes them; one of them must have signed the package
  --summary LIST      a pkg_summary, whose FILE_SIZE and FILE_CKSUM the file must have
  --digests LIST      a list of digests, such as SHA512.bz2, whose digest the file must have
  --json              a JSON object for each package
`,
  async *run(args, { complain }) {
    const { operands, values } = parseCommandLine(args, {
      keyring: { type: "string" },
      summary: { type: "string" },
      digests: { type: "string" },
      json: { type: "boolean" },
    });
    if (operands.length === 0) throw new UsageError("a FILE was expected, found none");
    const trust = await readTrust(values);
    for (const path of operands) {
      const result = await check(path, openFile(path), trust);
      if (!result.ok) complain(result.problem);
      if (values.json === true) yield `${JSON.stringify({ file: path, ...result })}\n`;
      else if (result.ok) yield `${asText(result)}\n`;
    }
  },
};

interface Good {
  readonly ok: true;
  readonly pkgname: string;
  /** How many. */
  readonly files: number;
  readonly isSigned: boolean;
  /** Undefined also where there is no keyring. */
  readonly signer: Signer | undefined;
}

interface Bad {
  readonly ok: false;
  readonly code: string | undefined;
  readonly problem: string;
}

async function check(path: string, file: AsyncIterable<Uint8Array>, trust: Trust): Promise<Good | Bad> {
  try {
    const bytes = trust.check(path, file);
    return await readPackage({ path, bytes }, (reader) => readAll(reader, trust.keyring));
  } catch (error) {
    const { message, cause } = error as Error;
    return { ok: false, code: (cause as NodeJS.ErrnoException | undefined)?.code, problem: message };
  }
}

async function readAll(reader: PackageReader, keyring: Uint8Array | undefined): Promise<Good> {
  expectName(reader.packingList);
  const signer = keyring === undefined ? undefined : await signerOf(reader, keyring);
  let files = 0;
  for await (const { body } of reader.files) {
    for await (const _ of body);
    files++;
  }
  const { packingList, signature } = reader;
  return { ok: true, pkgname: packingList.pkgname, files, isSigned: signature !== undefined, signer };
}

async function signerOf({ signature, packingList }: PackageReader, keyring: Uint8Array): Promise<Signer> {
  if (signature === undefined) throw new SignatureError(`${packingList.pkgname} is not signed`);
  return await verifySignature(signature, keyring);
}

function asText({ pkgname, files, isSigned, signer }: Good): string {
  const count = `${files} ${files === 1 ? "file" : "files"}`;
  if (signer !== undefined)
    return printable(`${pkgname}: good, ${count}, signed by ${signer.userIds[0] ?? signer.keyId}`);
  const rest = isSigned ? ", but for its signature, which takes a --keyring" : "";
  return printable(`${pkgname}: good, ${count}${rest}`);
}
