import { expect, test } from "vitest";
import { MalformedError, parseInstallConfig } from "../index.ts";

test("pkg_install.conf has defaults for all that it does not say", () => {
  expect(parseInstallConfig("")).toEqual({
    pkgDbDir: undefined,
    refcountDbDir: undefined,
    pkgPath: [],
    verifiedInstallation: "never",
    packageKeyring: undefined,
    vulnerabilityKeyring: undefined,
    checkVulnerabilities: "never",
    checkEndOfLife: false,
    checkOsVersion: true,
    checkLicense: "no",
    acceptableLicenses: [],
    defaultAcceptableLicenses: undefined,
    vulnerabilityDir: undefined,
    vulnerabilityUrl: undefined,
    ignoredUrls: [],
  });
});

test("pkg_install.conf says what is to be checked, and how", () => {
  const text = `# set up by hand
PKG_DBDIR=/usr/pkg/pkgdb
PKG_PATH=https://example.org/All;;/cdrom/All
VERIFIED_INSTALLATION=always
GPG_KEYRING_VERIFY=/usr/pkg/etc/pkgsrc.gpg
CHECK_VULNERABILITIES=interactive
CHECK_END_OF_LIFE=yes
CHECK_LICENSE=YES
CHECK_OS_VERSION=No
ACCEPTABLE_LICENSES=my-licence
ACCEPTABLE_LICENSES=his-licence her-licence
IGNORE_URL=https://example.org/adv/1
IGNORE_URL=https://example.org/adv/2
UNHEARD_OF=1
`;
  expect(parseInstallConfig(text)).toMatchObject({
    pkgDbDir: "/usr/pkg/pkgdb",
    refcountDbDir: "/usr/pkg/pkgdb.refcount",
    pkgPath: ["https://example.org/All", "/cdrom/All"],
    verifiedInstallation: "always",
    packageKeyring: "/usr/pkg/etc/pkgsrc.gpg",
    checkVulnerabilities: "interactive",
    checkEndOfLife: true,
    checkOsVersion: false,
    checkLicense: "yes",
    acceptableLicenses: ["my-licence", "his-licence", "her-licence"],
    vulnerabilityDir: "/usr/pkg/pkgdb",
    ignoredUrls: ["https://example.org/adv/1", "https://example.org/adv/2"],
  });
});

test("the environment goes before pkg_install.conf where the tools let it", () => {
  const environment = { PKG_DBDIR: "/env", PKG_PATH: "/a;/b", CHECK_LICENSE: "always" };
  expect(parseInstallConfig("PKG_DBDIR=/file\nPKG_REFCOUNT_DBDIR=/count\n", environment)).toMatchObject({
    pkgDbDir: "/env",
    refcountDbDir: "/count",
    pkgPath: ["/a", "/b"],
    checkLicense: "no",
  });
});

test.each([
  ["VERIFIED_INSTALLATION", "never or always or trusted or interactive"],
  ["CHECK_VULNERABILITIES", "never or always or interactive"],
  ["CHECK_END_OF_LIFE", "no or yes"],
  ["CHECK_LICENSE", "no or yes or always"],
  ["CHECK_OS_VERSION", "yes or no"],
])(
  "a word that %s cannot have is refused, in a message that leaves it to the caller to name the file",
  (name, words) => {
    expect(() => parseInstallConfig(`${name}=sometimes\n`)).toThrow(
      new MalformedError(`${name} was expected to be ${words}, found "sometimes"`),
    );
  },
);
