import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { machineTool } from "test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPackage } from "../../test/build-tar.ts";
import { chunksOf, collect, readWhole } from "../../test/collect.ts";
import { type Keys, newKeys } from "../../test/new-keys.ts";
import { signPackage, verifyDetached, verifySignature } from "../index.ts";
import { ByteSource } from "../byte-source.ts";
import { arHeader, arPadding } from "./ar.ts";
import { formatPackageHash, parsePackageHash } from "./package-hash.ts";
import { readSigned } from "./signed-package.ts";

const BLOCK_SIZE = 65_536;

// Bytes that do not compress, so that the package has several blocks.
const noise = Buffer.from(
  Array.from({ length: 200_000 }, (_, index) => (index * index * 2_654_435_761) >>> 13),
);
const plain = gzipSync(buildPackage([{ name: "bin/x", content: noise }]));

let directory = "";
let keys: Keys = { privateKey: Buffer.of(), publicKey: Buffer.of() };
let signed: Buffer = Buffer.of();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "pkg-archive-signature-"));
  keys = await newKeys();
  const path = join(directory, "test-1.0.tgz");
  writeFileSync(path, plain);
  signed = await collect(signPackage(path, { pkgname: "test-1.0", privateKey: keys.privateKey }));
});

afterAll(() => rmSync(directory, { recursive: true }));

test("signing can be ended while the digests are made", async () => {
  const path = join(directory, "vast-1.0.tgz");
  writeFileSync(path, "");
  // It would take hours to read all of that.
  truncateSync(path, 2 ** 40);
  const stop = new AbortController();
  const { privateKey } = keys;
  const signing = collect(signPackage(path, { pkgname: "vast-1.0", privateKey, signal: stop.signal }));
  setImmediate(() => stop.abort(new Error("enough")));
  await expect(signing).rejects.toThrow("enough");
});

describe("a signed package", () => {
  test("is read in chunks of any size, and its signature verified", async () => {
    for (const size of [1, 1000, 65_536, 1_000_000]) {
      const { files, signature } = await readWhole(chunksOf(signed, size));
      expect(files[0]?.content.equals(noise)).toBe(true);
      if (signature === undefined) throw new Error("there is no signature");
      expect(signature.hash.fileSize).toBe(plain.length);
      expect(await verifySignature(signature, keys.publicKey)).toMatchObject({
        userIds: ["Test <test@example.org>"],
      });
    }
  });

  test("that somebody else has signed is not taken", async () => {
    const { signature } = await readWhole(signed);
    if (signature === undefined) throw new Error("there is no signature");
    const other = await newKeys();
    await expect(verifySignature(signature, other.publicKey)).rejects.toMatchObject({
      code: "ERR_PACKAGE_SIGNATURE",
    });
    const changed = { ...signature, signed: Buffer.from(signature.signed).fill("9", 200, 201) };
    await expect(verifySignature(changed, keys.publicKey)).rejects.toMatchObject({
      code: "ERR_PACKAGE_SIGNATURE",
    });
    await expect(verifySignature(signature, Buffer.from("no keys"))).rejects.toMatchObject({
      code: "ERR_PACKAGE_MALFORMED",
    });
  });

  test("is verified with a keyring of several keys, armored together or one after the other", async () => {
    const { signature } = await readWhole(signed);
    if (signature === undefined) throw new Error("there is no signature");
    const { publicKey: other } = await newKeys();
    const { readKeys } = await import("openpgp");
    const binary = async (armoredKeys: Buffer): Promise<Uint8Array> =>
      (await readKeys({ armoredKeys: armoredKeys.toString() }))[0]?.write() ?? Buffer.of();
    for (const keyring of [
      Buffer.concat([other, keys.publicKey]),
      Buffer.concat([Buffer.from("Those who build:\n\n"), keys.publicKey, Buffer.from("\n"), other]),
      Buffer.concat([await binary(other), await binary(keys.publicKey)]),
    ])
      expect((await verifySignature(signature, keyring)).userIds).toEqual(["Test <test@example.org>"]);
    await expect(verifySignature(signature, Buffer.concat([other, other]))).rejects.toMatchObject({
      code: "ERR_PACKAGE_SIGNATURE",
    });
  });

  test("stops at a bad block before any of its bytes are used", async () => {
    const bytes = Buffer.from(signed);
    const start = bytes.indexOf(plain.subarray(0, 100));
    const place = start + 2 * BLOCK_SIZE + 100;
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
    const failure = { code: "ERR_PACKAGE_DIGEST", path: "block 3 of test-1.0" };
    await expect(readWhole(bytes)).rejects.toMatchObject(failure);

    const inner = await readSigned(new ByteSource(chunksOf(bytes, 10_000)));
    const blocks: Buffer[] = [];
    const reading = (async () => {
      for await (const block of inner.bytes) blocks.push(Buffer.from(block));
    })();
    await expect(reading).rejects.toMatchObject(failure);
    expect(Buffer.concat(blocks).equals(plain.subarray(0, 2 * BLOCK_SIZE))).toBe(true);
  });

  test("that was cut, or goes on, is refused", async () => {
    for (const length of [9, 100, 600, 2000, signed.length - 2])
      await expect(readWhole(signed.subarray(0, length))).rejects.toMatchObject({
        code: expect.stringMatching(/DAMAGED|MALFORMED/),
      });
    await expect(readWhole(Buffer.concat([signed, Buffer.from("more")]))).rejects.toMatchObject({
      code: "ERR_PACKAGE_DAMAGED",
    });
  });

  test("signed under another name is refused", async () => {
    const path = join(directory, "test-1.0.tgz");
    const bytes = await collect(signPackage(path, { pkgname: "other-1.0", privateKey: keys.privateKey }));
    await expect(readWhole(bytes)).rejects.toThrow(/signed as other-1.0, but its packing list says test-1.0/);
  });

  test("needs the passphrase of a key that is locked", async () => {
    const { privateKey } = await newKeys("open sesame");
    const path = join(directory, "test-1.0.tgz");
    const sign = (passphrase?: string): Promise<Buffer> =>
      collect(signPackage(path, { pkgname: "test-1.0", privateKey, passphrase }));
    await expect(sign()).rejects.toThrow(
      "the package cannot be signed with this key: it is locked with a passphrase, and none was given",
    );
    await expect(sign("wrong")).rejects.toMatchObject({ code: "ERR_PACKAGE_SIGNATURE" });
    expect((await sign("open sesame")).length).toBeGreaterThan(plain.length);
  });

  test("needs a key that can sign", async () => {
    const path = join(directory, "test-1.0.tgz");
    const signing = collect(signPackage(path, { pkgname: "test-1.0", privateKey: keys.publicKey }));
    await expect(signing).rejects.toMatchObject({ code: "ERR_PACKAGE_SIGNATURE" });
  });
});

describe.skipIf(machineTool("gpg") === undefined || machineTool("ar") === undefined)(
  "what gpg and ar make",
  () => {
    const gpg = (...args: string[]): Buffer =>
      execFileSync("gpg", ["--homedir", directory, "--batch", "--quiet", "--yes", ...args], {
        stdio: ["ignore", "pipe", "pipe"],
      });

    beforeAll(() => {
      gpg(
        "--passphrase",
        "",
        "--quick-generate-key",
        "Gpg Test <gpg@example.org>",
        "rsa2048",
        "sign",
        "never",
      );
    });
    afterAll(() => {
      execFileSync("gpgconf", ["--homedir", directory, "--kill", "gpg-agent"]);
    });

    test.each([
      ["binary", []],
      ["text", ["--textmode"]],
    ])("is read and verified, with a %s signature", async (_, options) => {
      const { signature } = await readWhole(signed);
      const hash = join(directory, "+PKG_HASH");
      writeFileSync(hash, signature?.signed ?? "");
      const armored = gpg(...options, "--armor", "--detach-sign", "--output", "-", hash);
      const parts = [
        Buffer.from("!<arch>\n"),
        ...[
          ["+PKG_HASH", Buffer.from(signature?.signed ?? "")] as const,
          ["+PKG_GPG_SIGNATURE", armored] as const,
          ["test-1.0.tgz", plain] as const,
        ].flatMap(([name, data]) => [arHeader(name, data.length), data, arPadding(name, data.length)]),
      ];
      const keyring = gpg("--export");
      const { signature: read } = await readWhole(Buffer.concat(parts));
      if (read === undefined) throw new Error("there is no signature");
      expect((await verifySignature(read, keyring)).userIds).toEqual(["Gpg Test <gpg@example.org>"]);
    });

    test.each([
      ["open", "", ["--armor"]],
      ["locked", "open sesame", []],
    ])("is a secret key to sign with: %s, %j %j", async (state, passphrase, options) => {
      const owner = `${state} <${state}@example.org>`;
      const unlocked = ["--pinentry-mode", "loopback", "--passphrase", passphrase];
      gpg(...unlocked, "--quick-generate-key", owner, "ed25519", "sign", "never");
      const privateKey = gpg(...unlocked, ...options, "--export-secret-keys", owner);
      const path = join(directory, "test-1.0.tgz");
      // A passphrase does no harm to a key that needs none.
      const signing = { pkgname: "test-1.0", privateKey, passphrase: passphrase || "not needed" };
      const { signature } = await readWhole(await collect(signPackage(path, signing)));
      if (signature === undefined) throw new Error("there is no signature");
      expect((await verifySignature(signature, gpg("--export", owner))).userIds).toEqual([owner]);
    });

    test("agrees with what is written here", async () => {
      const archive = join(directory, "signed.ar");
      writeFileSync(archive, signed);
      const names = execFileSync("ar", ["t", archive], { encoding: "utf8" }).trim().split("\n");
      expect(names).toEqual(["+PKG_HASH", "+PKG_GPG_SIGNATURE", "test-1.0.tgz"]);
      const extract = (name: string): Buffer => execFileSync("ar", ["p", archive, name]);
      expect(extract("test-1.0.tgz").equals(plain)).toBe(true);
      writeFileSync(join(directory, "hash"), extract("+PKG_HASH"));
      writeFileSync(join(directory, "hash.asc"), extract("+PKG_GPG_SIGNATURE"));
      writeFileSync(join(directory, "key"), keys.publicKey);
      gpg("--import", join(directory, "key"));
      gpg("--verify", join(directory, "hash.asc"), join(directory, "hash"));
    });
  },
);

describe("+PKG_HASH", () => {
  const text = formatPackageHash({
    pkgname: "a-1",
    blockSize: 1024,
    fileSize: 2048,
    digests: "0f".repeat(128),
  });

  test("is printed as it was read", () => {
    expect(formatPackageHash(parsePackageHash(Buffer.from(text)))).toBe(text);
  });

  test("allows of no variation", () => {
    const wrong = [
      text.replace("version: 1", "version: 2"),
      text.replace("block size: 1024", "block size: 1023"),
      text.replace("block size: 1024", "block size: 1000000000"),
      text.replace("file size: 2048", "file size: 2049"),
      text.replace("file size: 2048", "file size: 1024"),
      text.replace("\n\nversion", "\nversion"),
      text.replaceAll("0f", "0F"),
      text.replace("SHA512", "SHA256"),
      text.replace("a-1", "a 1"),
      text.slice(0, -1),
      `${text}\n`,
    ];
    for (const each of wrong) expect(() => parsePackageHash(Buffer.from(each))).toThrow(/\+PKG_HASH/);
  });
});

describe("a detached signature", () => {
  test("is verified while the bytes go through, armored or not", async () => {
    const { createMessage, readPrivateKey, sign } = await import("openpgp");
    const signingKeys = await readPrivateKey({ armoredKey: keys.privateKey.toString() });
    const message = await createMessage({ binary: noise });
    const armored = await sign({ message, signingKeys, detached: true, format: "armored" });
    const binary = await sign({ message, signingKeys, detached: true, format: "binary" });
    for (const signature of [Buffer.from(armored), binary]) {
      const options = { name: "noise", signature, keyring: keys.publicKey };
      const through: Buffer[] = [];
      const passOn = async function* (): AsyncGenerator<Uint8Array> {
        const signer = yield* verifyDetached(chunksOf(noise, 10_000), options);
        expect(signer.userIds).toEqual(["Test <test@example.org>"]);
      };
      for await (const chunk of passOn()) through.push(Buffer.from(chunk));
      expect(Buffer.concat(through).equals(noise)).toBe(true);
      const changed = Buffer.from(noise).fill(7, 50_000, 50_001);
      await expect(collect(verifyDetached(chunksOf(changed, 10_000), options))).rejects.toMatchObject({
        code: "ERR_PACKAGE_SIGNATURE",
      });
      const { publicKey: keyring } = await newKeys();
      await expect(
        collect(verifyDetached(chunksOf(noise, 10_000), { ...options, keyring })),
      ).rejects.toMatchObject({
        code: "ERR_PACKAGE_SIGNATURE",
        message: expect.stringContaining("noise") as string,
      });
    }
  });

  test("hands on what goes wrong with the bytes themselves", async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield noise.subarray(0, 10);
      throw new RangeError("cut off");
    };
    const options = { name: "noise", keyring: keys.publicKey };
    const { createMessage, readPrivateKey, sign } = await import("openpgp");
    const signingKeys = await readPrivateKey({ armoredKey: keys.privateKey.toString() });
    const signature = await sign({
      message: await createMessage({ binary: noise }),
      signingKeys,
      detached: true,
      format: "binary",
    });
    await expect(collect(verifyDetached(broken(), { ...options, signature }))).rejects.toThrow(/^cut off$/);
  });
});
