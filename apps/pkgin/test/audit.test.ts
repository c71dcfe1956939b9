import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createCleartextMessage, generateKey, readPrivateKey, sign } from "openpgp";
import { expect, test } from "vitest";
import { type Scene, setScene } from "./scene.ts";

const ENTRIES = [
  "libgreet<1.1\tremote-code-execution\thttps://example.org/1",
  "libgreet>=1<1.0nb5\tdenial-of-service\thttps://example.org/2",
  "oldtool-[0-9]*\teol\thttps://example.org/eol",
  "hello<1\tdenial-of-service\thttps://example.org/3",
];

/** A list with its own digest, as it is published before it is signed. */
function listText(entries: readonly string[]): string {
  const body = ["#FORMAT 1.1.0", ...entries].map((line) => `${line}\n`).join("");
  const digest = createHash("sha512").update(body).digest("hex");
  return body.replace("\n", `\n#CHECKSUM SHA512 ${digest}\n`);
}

async function auditScene(): Promise<Scene & { audit: (...args: string[]) => ReturnType<Scene["pkgin"]> }> {
  const scene = await setScene([
    { pkgname: "libgreet-1.0" },
    { pkgname: "oldtool-2" },
    { pkgname: "hello-1" },
  ]);
  await scene.pkgin(["-y", "install", "libgreet", "oldtool", "hello"]);
  const url = `${scene.server.url}/pkg-vulnerabilities.gz`;
  return { ...scene, audit: (...args) => scene.pkgin(["audit", "--vulnerabilities", url, ...args]) };
}

function publish(scene: Scene, text: string, modified = "2026-11-20T00:00:00Z"): void {
  const file = join(scene.directory, "pkg-vulnerabilities.gz");
  writeFileSync(file, gzipSync(text));
  utimesSync(file, new Date(modified), new Date(modified));
}

test("known weaknesses of installed packages are shown, from a list that is fetched when it is newer", async () => {
  const scene = await auditScene();
  publish(scene, listText(ENTRIES));
  const run = await scene.audit();
  expect(run).toEqual({
    status: 1,
    stdout:
      "Package libgreet-1.0 has a remote-code-execution vulnerability, see https://example.org/1\n" +
      "Package libgreet-1.0 has a denial-of-service vulnerability, see https://example.org/2\n",
    stderr:
      "2 found in 3 packages; the list of 2026-11-20 has 4 entries, digest verified, signature not asked for\n",
  });
  expect(readFileSync(join(scene.prefix, "pkgdb/pkg-vulnerabilities"), "utf8")).toBe(listText(ENTRIES));
  const fetched = () => scene.server.requests.filter((line) => line.includes("vulnerabilities")).length;
  const before = fetched();
  expect((await scene.audit("--offline")).stdout).toBe(run.stdout);
  expect(fetched()).toBe(before);
  expect(JSON.parse((await scene.audit("--json", "hello", "libgreet")).stdout)).toMatchObject([
    { fullName: "libgreet-1.0", pattern: "libgreet<1.1", type: "remote-code-execution" },
    { fullName: "libgreet-1.0", url: "https://example.org/2" },
  ]);
  publish(scene, listText(ENTRIES.slice(3)), "2026-11-21T00:00:00Z");
  expect(await scene.audit()).toMatchObject({ status: 0, stdout: "" });
});

test("what pkg_install.conf says of the list is heeded", async () => {
  const scene = await auditScene();
  publish(scene, listText(ENTRIES));
  const settings =
    "IGNORE_URL=https://example.org/1\nIGNORE_URL=https://example.org/2\nCHECK_END_OF_LIFE=yes\n";
  mkdirSync(join(scene.prefix, "etc"), { recursive: true });
  writeFileSync(join(scene.prefix, "etc/pkg_install.conf"), settings);
  expect((await scene.audit()).stdout).toBe(
    "Package oldtool-2 has reached end-of-life (eol), see https://example.org/eol\n",
  );
});

test("a list that was changed is refused, and the one that is there stays", async () => {
  const scene = await auditScene();
  publish(scene, listText(ENTRIES));
  await scene.audit();
  publish(scene, listText(ENTRIES).replace("<1.1", "<1.0"), "2026-11-22T00:00:00Z");
  const { status, stderr } = await scene.audit();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^pkgin: http.*pkg-vulnerabilities\.gz cannot be used: .*SHA512/);
  expect((await scene.audit("--offline")).stdout).toContain("example.org/1\n");
  rmSync(join(scene.prefix, "pkgdb/pkg-vulnerabilities"));
  expect((await scene.audit("--offline")).stderr).toMatch(/^pkgin: there is no .*, and --offline keeps/);
});

test("with a keyring the list must be signed by one of its keys", async () => {
  const scene = await auditScene();
  const key = async () =>
    generateKey({ userIDs: [{ name: "Signer", email: "signer@example.org" }], format: "armored" });
  const [ours, theirs] = [await key(), await key()];
  const signed = async (privateKey: string) =>
    sign({
      message: await createCleartextMessage({ text: listText(ENTRIES) }),
      signingKeys: await readPrivateKey({ armoredKey: privateKey }),
    });
  const keyring = join(scene.prefix, "keyring");
  writeFileSync(keyring, ours.publicKey);
  publish(scene, (await signed(ours.privateKey)).replaceAll("\r\n", "\n"));
  const good = await scene.audit("--keyring", keyring);
  expect(good.stderr).toContain("digest verified, signed by Signer <signer@example.org>\n");
  publish(scene, (await signed(theirs.privateKey)).replaceAll("\r\n", "\n"), "2026-11-23T00:00:00Z");
  const bad = await scene.audit("--keyring", keyring);
  expect(bad.status).toBe(1);
  expect(bad.stderr).toMatch(/^pkgin: the signature of pkg-vulnerabilities is not valid: /);
  writeFileSync(keyring, Buffer.from("99ffff04", "hex"));
  const damaged = await scene.audit("--keyring", keyring);
  expect(damaged.status).toBe(1);
  expect(damaged.stderr).toContain(`pkgin: ${keyring} is no keyring: public keys as`);
});
