import { expect, test } from "vitest";
import { parseInstallConfig } from "../index.ts";

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

test("a word that a variable of pkg_install.conf cannot have is refused", () => {
  expect(() => parseInstallConfig("VERIFIED_INSTALLATION=sometimes\n")).toThrow(
    'VERIFIED_INSTALLATION was expected to be never or always or trusted or interactive, found "sometimes"',
  );
});
