import { createHash } from "node:crypto";
import {
  createWriteStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createCleartextMessage, createMessage, generateKey, readPrivateKey, sign } from "openpgp";
import { signPackage } from "pkg-archive";
import { createRepository } from "sample-repository";
import { bzip2Compress, type LocalServer, serveDirectory } from "test-support";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { dropDigests, editSummary } from "./edit-summary.ts";
import { type Run, runPkgin, temporaryDirectory } from "./run-pkgin.ts";

let prefix: string;
/** What is served: packages in All, and beside it the list of their digests. */
let directory: string;
let server: LocalServer;

beforeEach(async () => {
  prefix = temporaryDirectory();
  directory = temporaryDirectory();
  await createRepository(join(directory, "All"), [
    { pkgname: "hello-1.0", prefix },
    { pkgname: "lua-5", prefix },
  ]);
  dropDigests(join(directory, "All"));
  server = await serveDirectory(directory);
  onTestFinished(() => server.close());
});

function pkgin(...args: string[]): Promise<Run> {
  return runPkgin(["--prefix", prefix, ...args], { env: { PKG_REPOS: `${server.url}/All` } });
}

function digestLines(...names: string[]): string {
  const digest = (name: string) =>
    createHash("sha512")
      .update(readFileSync(join(directory, "All", name)))
      .digest("hex");
  return names.map((name) => `SHA512 (All/${name}) = ${digest(name)}\n`).join("");
}

async function publishDigests(text: string, modified = "2026-11-20T00:00:00Z"): Promise<void> {
  const file = join(directory, "SHA512.bz2");
  writeFileSync(file, await bzip2Compress(Buffer.from(text)));
  utimesSync(file, new Date(modified), new Date(modified));
}

function damage(name: string): void {
  const file = join(directory, "All", name);
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

async function makeKey(): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  return generateKey({ userIDs: [{ name: "Builder", email: "builder@example.org" }], format: "armored" });
}

async function clearSigned(text: string, privateKey: string): Promise<string> {
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  const signed = await sign({ message: await createCleartextMessage({ text }), signingKeys });
  return signed.replaceAll("\r\n", "\n");
}

/** Signs the summary as it is, with the signature beside it. */
async function signSummary(privateKey: string): Promise<void> {
  const file = join(directory, "All/pkg_summary.gz");
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  const message = await createMessage({ binary: new Uint8Array(readFileSync(file)) });
  writeFileSync(`${file}.asc`, await sign({ message, signingKeys, detached: true, format: "armored" }));
}

/** Puts a signed package in the place of a plain one, and its size into the summary. */
async function signInPlace(pkgname: string, privateKey: string): Promise<void> {
  const file = join(directory, "All", `${pkgname}.tgz`);
  const signed = `${file}.signed`;
  await pipeline(
    signPackage(file, { pkgname, privateKey: Buffer.from(privateKey) }),
    createWriteStream(signed),
  );
  renameSync(signed, file);
  const size = statSync(file).size;
  editSummary(join(directory, "All"), (text) =>
    text.replace(new RegExp(`(?<=FILE_NAME=${pkgname}\\.tgz\nFILE_SIZE=)\\d+`), String(size)),
  );
}

test("where the summary has no digests, those of SHA512.bz2 are compared", async () => {
  await publishDigests(digestLines("hello-1.0.tgz", "lua-5.tgz"));
  damage("hello-1.0.tgz");
  const { status, stdout, stderr } = await pkgin("-y", "install", "hello", "lua");
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^download error: hello-1\.0 digest does not match SHA512\.bz2: sha512 [\da-f]{128} was expected, found /,
  );
  expect(stdout).toContain("[1/1] installing lua-5...\n");
  const lists = () => server.requests.filter((line) => line.includes("SHA512")).length;
  const before = lists();
  expect((await pkgin("-y", "-V", "--offline", "install", "lua", "hello")).status).toBe(1);
  expect(lists()).toBe(before);
});

test("a package without a digest is refused where the policy asks for one, and what was verified is shown", async () => {
  await publishDigests(digestLines("lua-5.tgz"));
  const { status, stdout, stderr } = await pkgin("-y", "--verify", "digest", "install", "hello", "lua");
  expect(status).toBe(1);
  expect(stderr).toBe(
    "download error: hello-1.0 has no digest in its repository, but the setting verify asks for one\n",
  );
  expect(stdout).toMatch(/processing local summary\.\.\.\nverified lua-5: sha512 of SHA512\.bz2\n$/);
  expect((await pkgin("-y", "install", "hello")).stdout).not.toContain("verified");
});

test("a summary that does not match the list is not taken in where the policy asks for digests", async () => {
  await publishDigests(digestLines("pkg_summary.gz"));
  expect((await pkgin("--verify", "digest", "update")).status).toBe(0);
  editSummary(join(directory, "All"), (text) => `${text}PKGNAME=evil-1\nFILE_SIZE=1\n\n`);
  const { status, stderr } = await pkgin("--verify", "digest", "-f", "update");
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^pkgin: pkg_summary\.gz does not match SHA512\.bz2: sha512 .*\n.*stays as it was\.\n$/,
  );
  expect((await pkgin("avail")).stdout).not.toContain("evil");
});

test("with the strictest policy only what is signed by a key of the keyring comes in", async () => {
  const [ours, theirs] = [await makeKey(), await makeKey()];
  const keyring = join(prefix, "keyring");
  writeFileSync(keyring, ours.publicKey);
  await signInPlace("hello-1.0", ours.privateKey);
  await signInPlace("lua-5", theirs.privateKey);
  const strict = ["-y", "--verify", "signature", "--keyring", keyring];
  const first = await pkgin(...strict, "install", "hello", "lua");
  expect(first.status).toBe(1);
  expect(first.stderr).toMatch(
    /^download error: lua-5 is refused: the signature of lua-5 is not valid: .*\n$/,
  );
  expect(first.stdout).toContain("verified hello-1.0: its signature by Builder <builder@example.org>\n");
  expect((await pkgin("-p", "list")).stdout).toMatch(/^hello-1\.0;.*\n$/);

  // A signed list of digests vouches for what is in it.
  await publishDigests(await clearSigned(digestLines("lua-5.tgz"), theirs.privateKey));
  expect((await pkgin(...strict, "install", "lua")).stderr).toMatch(
    /^pkgin: .*SHA512\.bz2 cannot be used: the signature /,
  );
  await publishDigests(await clearSigned(digestLines("lua-5.tgz"), ours.privateKey), "2026-11-21T00:00:00Z");
  const second = await pkgin(...strict, "install", "lua");
  expect(second).toMatchObject({ status: 0, stderr: "" });
  expect(second.stdout).toContain(
    "verified lua-5: sha512 of SHA512.bz2, signed by Builder <builder@example.org>\n",
  );
});

test("a signed summary is verified before it is taken in, and vouches for the packages in it", async () => {
  await createRepository(join(directory, "All"), [{ pkgname: "hello-1.0", prefix }]);
  const [ours, theirs] = [await makeKey(), await makeKey()];
  const keyring = join(prefix, "keyring");
  writeFileSync(keyring, ours.publicKey);
  const strict = ["-y", "--verify", "signature", "--keyring", keyring];
  // It was read before anybody asked who signed it, and does not change; but who signed it is of interest now.
  await pkgin("update");
  expect(server.requests.join()).not.toContain(".asc");
  await signSummary(ours.privateKey);
  const installed = await pkgin(...strict, "install", "hello");
  expect(installed).toMatchObject({ status: 0, stderr: "" });
  const by = "Builder <builder@example.org>";
  expect(installed.stdout).toContain(
    `downloading pkg_summary.gz done.\nverified pkg_summary.gz: its signature by ${by}\n`,
  );
  expect(installed.stdout).toMatch(/\nverified hello-1\.0: sha512 of pkg_summary, signed by Builder <.*>\n$/);
  expect((await pkgin(...strict, "update")).stdout).toContain("is up-to-date\n");

  // Neither what was changed since it was signed, nor what another has signed, nor what is not signed any more.
  editSummary(join(directory, "All"), (text) => `${text}PKGNAME=evil-1\nFILE_SIZE=1\n\n`);
  const stays = "\nWhat was known of the repository before stays as it was.\n";
  const refused = `pkgin: the signature of ${server.url}/All/pkg_summary.gz is not valid: `;
  for (const [privateKey, beginning] of [
    [undefined, refused],
    [theirs.privateKey, refused],
    [
      "",
      `pkgin: ${server.url}/All/pkg_summary.gz is not signed any more, where ${by} had signed it before; `,
    ],
  ] as const) {
    if (privateKey === "") rmSync(join(directory, "All/pkg_summary.gz.asc"));
    else if (privateKey !== undefined) await signSummary(privateKey);
    const { status, stderr } = await pkgin(...strict, "-f", "update");
    expect({ status, beginning: stderr.slice(0, beginning.length) }).toEqual({ status: 1, beginning });
    expect(stderr.endsWith(stays)).toBe(true);
    expect((await pkgin("avail")).stdout).not.toContain("evil");
  }
  // Another policy takes it in; then it vouches for nothing any more.
  await pkgin("-f", "update");
  await pkgin("-y", "remove", "hello");
  await pkgin("clean");
  expect((await pkgin(...strict, "install", "hello")).stderr).toBe(
    "download error: hello-1.0 is not signed, but the setting verify asks for a signature\n",
  );
});

test("a keyring that cannot be read is an error, whatever is asked", async () => {
  expect(await pkgin("--keyring", "/nonexistent", "avail")).toEqual({
    status: 1,
    stdout: "",
    stderr: "pkgin: cannot read the keyring /nonexistent: No such file or directory\n",
  });
});

test("a file that is no keyring is named", async () => {
  const file = join(prefix, "diary");
  const found = { "dear diary\n": "11 bytes in which there are none", "": "an empty file" };
  for (const [text, what] of Object.entries(found)) {
    writeFileSync(file, text);
    expect(await pkgin("-y", "--verify", "signature", "--keyring", file, "install", "lua")).toMatchObject({
      status: 1,
      stderr: `pkgin: ${noKeyring(file, what)}`,
    });
  }
});

test("a keyring that is damaged is named, whatever signature is to be verified with it", async () => {
  const { privateKey } = await makeKey();
  const keyring = join(prefix, "keyring");
  // It begins as keys do: a packet of public key, of a length that is not there.
  const damaged = Buffer.from("99ffff04", "hex");
  writeFileSync(keyring, damaged);
  const strict = ["-y", "--verify", "signature", "--keyring", keyring];
  const said = noKeyring(keyring, "4 bytes in which there are none");
  await signInPlace("hello-1.0", privateKey);
  const ofPackage = await pkgin(...strict, "install", "hello");
  expect({ status: ofPackage.status, stderr: ofPackage.stderr }).toEqual({
    status: 1,
    stderr: `pkgin: ${said}`,
  });
  await publishDigests(await clearSigned(digestLines("lua-5.tgz"), privateKey));
  expect((await pkgin(...strict, "install", "lua")).stderr).toBe(`pkgin: ${said}`);
  await signSummary(privateKey);
  rmSync(join(directory, "SHA512.bz2"));
  expect((await pkgin(...strict, "-f", "update")).stderr).toBe(
    `pkgin: ${said}What was known of the repository before stays as it was.\n`,
  );
  expect((await pkgin("-p", "list")).stdout).toBe("");
});

function noKeyring(file: string, found: string): string {
  return `${file} is no keyring: public keys as \`gpg --export\` writes them were expected, found ${found}; write them there anew, or name another file\n`;
}

test("pkg_install.conf may ask for signatures as well", async () => {
  const key = await makeKey();
  const keyring = join(prefix, "keyring");
  writeFileSync(keyring, key.publicKey);
  await signInPlace("hello-1.0", key.privateKey);
  mkdirSync(join(prefix, "etc"));
  writeFileSync(
    join(prefix, "etc/pkg_install.conf"),
    `VERIFIED_INSTALLATION=always\nGPG_KEYRING_VERIFY=${keyring}\n`,
  );
  const run = await pkgin("-y", "--no-cache", "install", "hello", "lua");
  expect(run).toMatchObject({
    status: 1,
    stderr: "download error: lua-5 is not signed, but the setting verify asks for a signature\n",
  });
  expect(run.stdout).toContain("verified hello-1.0: its signature by Builder <builder@example.org>\n");
});

test("of a package that is refused nothing is said to be verified", async () => {
  await createRepository(join(directory, "All"), [{ pkgname: "hello-1.0", prefix }]);
  const keyring = join(prefix, "keyring");
  writeFileSync(keyring, (await makeKey()).publicKey);
  const run = await pkgin("-y", "--verify", "signature", "--keyring", keyring, "install", "hello");
  expect(run).toMatchObject({
    status: 1,
    stderr: "download error: hello-1.0 is not signed, but the setting verify asks for a signature\n",
  });
  expect(run.stdout).not.toContain("verified");
});

test("what is not signed, and a policy without a keyring, are refused", async () => {
  const keyring = join(prefix, "keyring");
  writeFileSync(keyring, (await makeKey()).publicKey);
  const run = await pkgin("-y", "--verify", "signature", "--keyring", keyring, "install", "lua");
  expect({ status: run.status, stderr: run.stderr }).toEqual({
    status: 1,
    stderr: "download error: lua-5 is not signed, but the setting verify asks for a signature\n",
  });
  expect((await pkgin("-y", "--verify", "signature", "install", "lua")).stderr).toBe(
    "pkgin: the setting verify asks for signatures, which takes a keyring: name it with --keyring\n",
  );
});
