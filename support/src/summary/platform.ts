import { machine, release, type } from "node:os";

/** What a package was built for, in the words of its +BUILD_INFO. */
export interface Platform {
  readonly OPSYS: string;
  readonly OS_VERSION: string;
  readonly MACHINE_ARCH: string;
}

/** pkgsrc's names where they differ from what `uname -m` prints. */
const MACHINE_ARCH: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  i86pc: "x86_64",
  arm64: "aarch64",
  i586: "i386",
  i686: "i386",
};

/** This machine, so that what is generated can be installed on it. */
export function thisPlatform(): Platform {
  const name = machine();
  return { OPSYS: type(), OS_VERSION: release(), MACHINE_ARCH: MACHINE_ARCH[name] ?? name };
}
