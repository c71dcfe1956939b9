import { createHash } from "node:crypto";
import { bzip2Compress } from "test-support";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { createCleartextMessage, readPrivateKey, sign } from "openpgp";
import { describe, expect, test } from "vitest";
import { chunksOf } from "../../test/collect.ts";
import { newKeys } from "../../test/new-keys.ts";
import {
  createAudit,
  formatVulnerabilities,
  parseVulnerabilities,
  readVulnerabilities,
  verifyClearSigned,
  type Vulnerability,
} from "../index.ts";

const ENTRIES: readonly Vulnerability[] = [
  { pattern: "hello<2.12nb1", type: "remote-code-execution", url: "https://example.org/adv/1" },
  { pattern: "hello>=3<3.2", type: "denial-of-service", url: "https://example.org/adv/2" },
  { pattern: "oldhello-[0-9]*", type: "eol", url: "https://example.org/eol" },
  { pattern: "{hello,gnuhello}<1", type: "privilege-escalation", url: "https://example.org/adv/3" },
];

const BODY = `# $NetBSD: pkg-vulnerabilities,v 1.9 2026/05/04 03:02:01 someone Exp $
#
#FORMAT 1.1.0
#CHECKSUMS
# free comment

hello<2.12nb1       remote-code-execution   https://example.org/adv/1
hello>=3<3.2\t\tdenial-of-service       https://example.org/adv/2
oldhello-[0-9]*     eol                     https://example.org/eol
{hello,gnuhello}<1  privilege-escalation    https://example.org/adv/3
`;

/** The list with true digests of itself. */
function withDigests(body: string): string {
  const counted = body
    .split(/(?<=\n)/)
    .filter((line) => line !== "\n" && !/^(?:Hash:|# \$NetBSD|#CHECKSUM)/.test(line))
    .join("");
  const lines = ["SHA1", "SHA512", "RMD160"].map((name) => {
    const digest = createHash(name === "RMD160" ? "md5" : name.toLowerCase()).update(counted);
    return `#CHECKSUM ${name} ${digest.digest("hex")}\n`;
  });
  return body.replace("#CHECKSUMS\n", lines.join(""));
}

const LIST = withDigests(BODY);

describe("pkg-vulnerabilities", () => {
  test("is read, and its digests of itself verified", () => {
    const list = parseVulnerabilities(LIST);
    expect(list.entries).toEqual(ENTRIES);
    expect([...list]).toEqual(ENTRIES);
    expect(formatVulnerabilities(list)).toBe(LIST);
    const changed = LIST.replace("3.2", "3.1");
    expect(() => parseVulnerabilities(changed)).toThrow(
      expect.objectContaining({ code: "ERR_PACKAGE_DIGEST", path: "pkg-vulnerabilities" }),
    );
  });

  test.each([
    ["plain", (text: string) => Buffer.from(text)],
    ["gzip", (text: string) => gzipSync(text)],
    ["bzip2", (text: string) => bzip2Compress(Buffer.from(text))],
  ])("is read as it is published (%s)", async (_, compressed) => {
    const bytes = await compressed(LIST);
    expect((await readVulnerabilities(chunksOf(bytes, 100))).entries).toEqual(ENTRIES);
    await expect(readVulnerabilities(chunksOf(bytes.subarray(0, -20), 100))).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_PACKAGE_/),
    });
  });

  test("is read when it is clear-signed, and the signature verified", async () => {
    const { privateKey, publicKey } = await newKeys();
    const signed = await sign({
      message: await createCleartextMessage({ text: LIST }),
      signingKeys: await readPrivateKey({ armoredKey: privateKey.toString() }),
    });
    const text = signed.replaceAll("\r\n", "\n");
    const list = parseVulnerabilities(text);
    expect(list.entries).toEqual(ENTRIES);
    expect(formatVulnerabilities(list)).toBe(text);
    const options = { name: "pkg-vulnerabilities", keyring: publicKey };
    expect(await verifyClearSigned(list.text, options)).toMatchObject({
      userIds: ["Test <test@example.org>"],
    });
    await expect(verifyClearSigned(text.replace("free", "paid"), options)).rejects.toMatchObject({
      code: "ERR_PACKAGE_SIGNATURE",
    });
  });

  test("ends where a certificate begins", () => {
    const list = parseVulnerabilities(`${LIST}-----BEGIN PKCS7-----\nwhatever this is\n`);
    expect(list.entries).toEqual(ENTRIES);
  });

  test.each([
    ["an empty one", "", /"#FORMAT 1.1.0" was expected, found none/],
    ["one that was cut", LIST.slice(0, -1), /the list was cut/],
    ["one of another format", LIST.replace("1.1.0", "1.2.0"), /line 3: "#FORMAT 1.1.0" was expected, found/],
    ["one without a format", "# $NetBSD$\n", /"#FORMAT 1.1.0" was expected, found none/],
    ["one with something before the format", `a b c\n${LIST}`, /line 1: .* found "a b c"/],
    ["one with NUL characters", `${LIST}\0\n`, /found a NUL/],
    ["an entry of two words", "#FORMAT 1.1.0\na b\n", /line 2: .* found "a b"/],
    ["an entry of four words", "#FORMAT 1.1.0\na b c d\n", /line 2: /],
  ])("is refused: %s", (_, text, message) => {
    expect(() => parseVulnerabilities(text)).toThrow(message);
  });

  test("that was made is read as it is", () => {
    const word = fc.stringMatching(/^[!-~]{1,20}$/);
    const entry = fc.record({
      pattern: word.filter((text) => !/^(?:#|Hash:|-----)/.test(text)),
      type: word,
      url: word,
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(parseVulnerabilities(formatVulnerabilities(entries)).entries).toEqual(entries);
      }),
      { numRuns: 100 },
    );
    for (const pattern of ["#a", "a b", "", "Hash:", "a\n"])
      expect(() => formatVulnerabilities([{ pattern, type: "t", url: "u" }])).toThrow(/cannot be a word/);
  });
});

describe("an audit", () => {
  /** A stand-in for the matching of pkgsrc's patterns: a name, `*`, and `!` for a pattern that cannot be used. */
  const matches = (pattern: string, pkgname: string): boolean => {
    if (pattern === "!") throw new Error("there is nothing after !");
    return pattern === "*" || pkgname.startsWith(`${pattern}-`);
  };
  const entry = (pattern: string, url: string, type: string = "any"): Vulnerability => ({
    pattern,
    type,
    url,
  });
  const entries = [
    entry("a", "1"),
    entry("*", "2"),
    entry("b", "3"),
    entry("a", "4", "eol"),
    entry("a", "5"),
  ];
  const urls = (found: readonly Vulnerability[]): string => found.map(({ url }) => url).join("");

  test("finds the entries about a package, with an index or without", () => {
    const patternBases = (pattern: string): string[] | undefined => (pattern === "*" ? undefined : [pattern]);
    for (const options of [{ matches }, { matches, patternBases }]) {
      const audit = createAudit(entries, options);
      expect(["a-1", "b-1", "c-1", "nothing"].map((name) => urls(audit(name)))).toEqual([
        "125",
        "23",
        "2",
        "2",
      ]);
      expect(urls(createAudit(entries, { ...options, endOfLife: true, ignoredUrls: ["2"] })("a-1"))).toBe(
        "145",
      );
    }
  });

  test("asks only about the patterns that can match", () => {
    const asked: string[] = [];
    const audit = createAudit(entries, {
      matches: (pattern) => asked.push(pattern) > 0,
      patternBases: (pattern) => [pattern],
    });
    audit("b-1");
    expect(asked).toEqual(["b"]);
  });

  test("names a pattern that cannot be used", () => {
    const audit = createAudit([entry("!", "1")], { matches });
    expect(() => audit("a-1")).toThrow('the pattern "!" cannot be used: there is nothing after !');
  });
});
