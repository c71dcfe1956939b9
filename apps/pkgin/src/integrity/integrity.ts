import type { Digests } from "fetch-to-fd";
import type { RemotePackage } from "summary-to-sqlite";
import type { Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import type { DigestList } from "./digest-list.ts";
import { readKeyring } from "./keyring.ts";

const ALGORITHMS: ReadonlySet<string> = new Set(["md5", "sha1", "sha256", "sha512"]);

/** A digest that a file must have, and who says so. */
export interface ExpectedDigest {
  readonly digests: Digests;
  /** Such as `pkg_summary`. */
  readonly source: string;
  /** Who has signed that, if somebody who is trusted has. */
  readonly signer: string | undefined;
}

/** What packages are held to in one run, by the setting `verify`, and what has been verified of them so far. */
export class Integrity {
  readonly #setting: Setting;
  readonly #lists: Map<string, Promise<DigestList | undefined>> = new Map();
  readonly #verified: Map<string, string> = new Map();
  #keyring: Uint8Array | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /**
   * The digest that a package file must have; undefined where nobody tells one.
   *
   * @throws FatalError for a list of digests that is not as it must be
   */
  async expected(remote: RemotePackage): Promise<ExpectedDigest | undefined> {
    const { fileCksum, fileName, fullName, repository } = remote;
    const own = toDigests(fileCksum);
    const fromSummary = own && { digests: own, source: "pkg_summary", signer: undefined };
    if (isNamedFile(remote) || (own !== undefined && this.#policy !== "signature")) return fromSummary;
    return (await this.#fromList(repository, fileName ?? `${fullName}.tgz`)) ?? fromSummary;
  }

  /** The digest that a repository's summary must have; only asked for where digests are required. */
  async expectedOfSummary(repository: string, file: string): Promise<ExpectedDigest | undefined> {
    return this.#policy === "available" ? undefined : this.#fromList(repository, file);
  }

  /**
   * Tells whether a package file whose digest is right may be installed, and notes what has been verified of it.
   *
   * @returns why it may not, in words
   */
  async refusal(remote: RemotePackage, file: string): Promise<string | undefined> {
    const { fullName } = remote;
    const expected = await this.expected(remote);
    const isVouched = expected !== undefined && !isNamedFile(remote);
    if (isVouched) this.#note(fullName, expected);
    if (this.#policy === "digest" && !isVouched)
      return `${fullName} has no digest in its repository, but the setting verify asks for one`;
    if (this.#policy !== "signature" || (isVouched && expected.signer !== undefined)) return undefined;
    const { verifyPackage } = await import("./verify-package.ts");
    const result = await verifyPackage(file, this.keyring);
    if ("problem" in result) return `${fullName} ${result.problem}`;
    this.#verified.set(fullName, `its signature by ${result.signer}`);
    return undefined;
  }

  /** What has been verified, a line for each package. */
  get verified(): readonly string[] {
    return [...this.#verified].map(([fullName, how]) => `verified ${fullName}: ${how}`);
  }

  /** Whether the user wants to see what was verified. */
  get isShown(): boolean {
    return this.#policy !== "available" || this.#setting.options.verbose;
  }

  /**
   * The public keys that may sign.
   *
   * @throws FatalError where there are none
   */
  get keyring(): Uint8Array {
    const { keyring } = this.#setting.options;
    if (keyring === undefined)
      throw new FatalError(
        "the setting verify asks for signatures, which takes a keyring: name it with --keyring",
      );
    return (this.#keyring ??= readKeyring(keyring));
  }

  get #policy() {
    return this.#setting.options.verify;
  }

  #note(fullName: string, { digests, source, signer }: ExpectedDigest): void {
    const by = signer === undefined ? "" : `, signed by ${signer}`;
    this.#verified.set(fullName, `${Object.keys(digests).join(", ")} of ${source}${by}`);
  }

  async #fromList(repository: string, file: string): Promise<ExpectedDigest | undefined> {
    const list = await this.#listOf(repository);
    const digests = toDigests(list?.digests.get(file));
    return digests && { digests, source: "SHA512.bz2", signer: list?.signer };
  }

  #listOf(repository: string): Promise<DigestList | undefined> {
    let list = this.#lists.get(repository);
    if (list === undefined) {
      const keyring = this.#policy === "signature" ? this.keyring : undefined;
      list = import("./digest-list.ts").then(({ digestList }) =>
        digestList(this.#setting, repository, keyring),
      );
      this.#lists.set(repository, list);
    }
    return list;
  }
}

/** A file that the user has named has no repository that could tell its digest; what is there is only that it stays as it is. */
function isNamedFile({ id }: RemotePackage): boolean {
  return id < 0;
}

/** Takes an algorithm and a digest apart, such as `sha512 1a86...`. */
function toDigests(cksum: string | undefined): Digests | undefined {
  const [algorithm = "", hex = ""] = (cksum ?? "").trim().toLowerCase().split(/\s+/);
  return ALGORITHMS.has(algorithm) ? { [algorithm]: hex } : undefined;
}
