import type { Digests } from "fetch-to-fd";
import type { RemotePackage } from "summary-to-sqlite";
import type { Context, Setting } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import type { DigestList } from "./digest-list.ts";
import { findPolicy, type Policy } from "./policy.ts";
import { type Keyring, readKeyring } from "./keyring.ts";
import type { SummaryCheck } from "./summary-check.ts";
import { forgetSigner, knownSigner, noteSigner } from "./summary-signers.ts";

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
  readonly #setting: Setting & Pick<Context, "tools" | "db">;
  readonly #lists: Map<string, Promise<DigestList | undefined>> = new Map();
  readonly #verified: Map<string, string> = new Map();
  #policy: Promise<Policy> | undefined;
  #isStrict = false;

  constructor(setting: Setting & Pick<Context, "tools" | "db">) {
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
    const policy = await this.#findPolicy();
    const signer = own && this.#signerOfSummary(repository, policy);
    const fromSummary = own && { digests: own, source: "pkg_summary", signer };
    const isEnough = policy.verify !== "signature" || signer !== undefined;
    if (isNamedFile(remote) || (own !== undefined && isEnough)) return fromSummary;
    return (await this.#fromList(repository, fileName ?? `${fullName}.tgz`)) ?? fromSummary;
  }

  /** Whether a summary has to be read though it has not changed: nobody has looked yet whether these keys have signed it. */
  async mustReadAgain(repository: string): Promise<boolean> {
    const policy = await this.#findPolicy();
    if (policy.verify !== "signature") return false;
    return knownSigner(this.#setting.db, repository)?.keyring !== digestOf(trustedKeys(policy).bytes);
  }

  /**
   * Prepares what a summary is held against while it is read; undefined where the policy asks for nothing.
   *
   * @param url where it is opened from
   * @throws FatalError where what vouches for it cannot be had
   */
  async checkOfSummary(repository: string, url: string): Promise<SummaryCheck | undefined> {
    const policy = await this.#findPolicy();
    if (policy.verify === "available") return undefined;
    const name = new URL(url).pathname.split("/").at(-1) ?? "";
    const expected = await this.#fromList(repository, name);
    const keyring = policy.verify === "signature" ? trustedKeys(policy) : undefined;
    const { SummaryCheck: Check } = await import("./summary-check.ts");
    const signerBefore = this.#signerOfSummary(repository, policy);
    return Check.prepare(this.#setting, { url, expected, keyring, signerBefore });
  }

  /** Notes who signed the summary that is being taken in; to be called in the transaction that does so. */
  noteSummary(repository: string, check: SummaryCheck | undefined): void {
    const { db } = this.#setting;
    if (check?.keyring === undefined) forgetSigner(db, repository);
    else noteSigner(db, repository, { signer: check.signer, keyring: digestOf(check.keyring.bytes) });
  }

  /**
   * Tells whether a package file whose digest is right may be installed, and notes what has been verified of it.
   *
   * @returns why it may not, in words
   */
  async refusal(remote: RemotePackage, file: string): Promise<string | undefined> {
    const { fullName } = remote;
    const policy = await this.#findPolicy();
    const { verify } = policy;
    const expected = await this.expected(remote);
    const isVouched = expected !== undefined && !isNamedFile(remote);
    if (verify === "digest" && !isVouched)
      return isNamedFile(remote)
        ? `${fullName} comes from a file, for which nobody tells a digest, but the setting verify asks for one`
        : `${fullName} has no digest in its repository, but the setting verify asks for one`;
    if (verify !== "signature" || (isVouched && expected.signer !== undefined)) {
      if (isVouched) this.#note(fullName, expected);
      return undefined;
    }
    const { verifyPackage } = await import("./verify-package.ts");
    const result = await verifyPackage(file, trustedKeys(policy));
    if ("problem" in result) return `${fullName} ${result.problem}`;
    this.#verified.set(fullName, `its signature by ${result.signer}`);
    return undefined;
  }

  /** What has been verified, a line for each package. */
  get verified(): readonly string[] {
    return [...this.#verified].map(([fullName, how]) => `verified ${fullName}: ${how}`);
  }

  /** Whether packages must be signed. */
  async verifiesSignatures(): Promise<boolean> {
    return (await this.#findPolicy()).verify === "signature";
  }

  /** Whether the user wants to see what was verified. */
  get isShown(): boolean {
    return this.#isStrict || this.#setting.options.verbose;
  }

  async #findPolicy(): Promise<Policy> {
    const policy = await (this.#policy ??= findPolicy(this.#setting));
    this.#isStrict = policy.verify !== "available";
    return policy;
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
      list = this.#readList(repository);
      this.#lists.set(repository, list);
    }
    return list;
  }

  async #readList(repository: string): Promise<DigestList | undefined> {
    const policy = await this.#findPolicy();
    const { digestList } = await import("./digest-list.ts");
    const keyring = policy.verify === "signature" ? trustedKeys(policy) : undefined;
    return digestList(this.#setting, repository, keyring);
  }

  /** Who signed the summary that the catalogue holds, where signatures are asked for and it is one of these keys. */
  #signerOfSummary(repository: string, policy: Policy): string | undefined {
    if (policy.verify !== "signature") return undefined;
    const known = knownSigner(this.#setting.db, repository);
    return known?.keyring === digestOf(trustedKeys(policy).bytes) ? known.signer : undefined;
  }
}

/** @throws FatalError where there are none */
function trustedKeys({ keyring }: Policy): Keyring {
  if (keyring !== undefined) return readKeyring(keyring);
  throw new FatalError(
    "the setting verify asks for signatures, which takes a keyring: name it with --keyring",
  );
}

function digestOf(bytes: Uint8Array): string {
  // Loaded only where it is needed: every run comes by here.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(bytes).digest("hex");
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
