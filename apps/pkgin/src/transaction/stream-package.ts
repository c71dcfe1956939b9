import { openUrl } from "fetch-to-fd";
import { checkedFile, DamagedError } from "pkg-archive";
import type { RemotePackage } from "summary-to-sqlite";
import type { Backend } from "../backend/backend.ts";
import { mirrorsOf } from "../config/mirrors.ts";
import { networkOptions } from "../config/network.ts";
import type { Context } from "../context.ts";
import { announceRequest } from "../report/announce-request.ts";
import { packageUrl } from "./cache.ts";
import { isLocal } from "./fetch-package.ts";

/**
 * Finds the packages that go from the network straight to where their files belong, with `--no-cache`. Signatures are verified
 * before anything is unpacked, which takes a file; and so do pkgsrc's tools.
 *
 * @returns full names
 */
export async function streamedPackages(
  { integrity, options }: Context,
  backend: Backend,
  packages: readonly RemotePackage[],
): Promise<ReadonlySet<string>> {
  const isWanted = options.noCache && !options.downloadOnly && !options.offline && backend.takesStreams;
  if (!isWanted || (await integrity.verifiesSignatures())) return new Set();
  const remote = packages.filter(({ repository }) => !isLocal(repository));
  return new Set(remote.map(({ fullName }) => fullName));
}

/**
 * Passes on a package as it comes, and throws behind the last byte where it is not the right one; what is being installed from
 * it is taken back then.
 *
 * @throws out of the iteration DamagedError, DigestError of pkg-archive; FetchError
 */
export async function* streamPackage(context: Context, remote: RemotePackage): AsyncGenerator<Uint8Array> {
  const { integrity } = context;
  const url = packageUrl(remote);
  const refusal = await integrity.refusal(remote, url);
  if (refusal !== undefined) throw new DamagedError(refusal);
  const [digest] = Object.entries((await integrity.expected(remote))?.digests ?? {});
  announceRequest(context, url);
  const mirrors = mirrorsOf(context, remote.repository, url);
  const opened = await openUrl(url, { ...networkOptions(context, url), mirrors, reuseMemory: true });
  try {
    yield* checkedFile(opened.body, {
      name: `${remote.fullName}.tgz`,
      size: remote.fileSize === undefined ? undefined : Number(remote.fileSize),
      cksum: digest?.join(" "),
    });
  } finally {
    opened.close();
  }
}
