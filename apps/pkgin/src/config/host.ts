import { machine, release, type } from "node:os";

/** The machine that packages must have been built for. */
export interface Host {
  /** As `uname -s` prints it, such as `Linux`, `SunOS`, `NetBSD`, `Darwin`. */
  readonly opsys: string;
  /** pkgsrc's name of the processor family, such as `x86_64`. */
  readonly machineArch: string;
  /** As `uname -r` prints it. */
  readonly osVersion: string;
}

/** pkgsrc's names where they differ from what `uname -m` prints. */
const MACHINE_ARCH: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  i86pc: "x86_64",
  arm64: "aarch64",
  i586: "i386",
  i686: "i386",
};

/** Tells what this machine is, in pkgsrc's words. */
export function thisHost(): Host {
  const name = machine();
  return { opsys: type(), machineArch: MACHINE_ARCH[name] ?? name, osVersion: release() };
}
