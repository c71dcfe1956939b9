import type { Host } from "./host.ts";
import type { Locations } from "./locations.ts";

/** Where binary packages of pkgsrc are published for everyone: by NetBSD for many systems, by others for single ones. */
function knownRepositories({ opsys, machineArch }: Host): readonly string[] {
  const netbsd = `https://cdn.NetBSD.org/pub/pkgsrc/packages/${opsys}/${machineArch}/RELEASE/All`;
  switch (opsys) {
    case "NetBSD":
      return [`https://cdn.NetBSD.org/pub/pkgsrc/packages/NetBSD/${machineArch}/$osrelease/All`];
    case "SunOS":
      return [`https://pkgsrc.smartos.org/packages/SmartOS/RELEASE/${machineArch}/All`, netbsd];
    case "Darwin":
      return [`https://pkgsrc.smartos.org/packages/Darwin/RELEASE/${machineArch}/All`, netbsd];
    case "Linux":
      return [netbsd, `https://pkgsrc.smartos.org/packages/Linux/el9/RELEASE/${machineArch}/All`];
    default:
      return [netbsd];
  }
}

/** Says what a repository is, where there are some for this system, and how one is added. */
export function repositoryGuide(
  {
    repositoriesFile,
    prefix,
    selfContained,
  }: Pick<Locations, "repositoriesFile" | "prefix" | "selfContained">,
  host: Host,
): string {
  const options = selfContained ? ` --prefix ${prefix}` : "";
  const known = knownRepositories(host).map((url) => `    ${url}\n`);
  return (
    "A repository is a directory of binary packages with a list of them, pkg_summary.gz or the like, and is named by\n" +
    `its URL. Public ones for this system (${host.opsys} ${host.machineArch}) look like\n${known.join("")}` +
    (known.some((url) => url.includes("RELEASE"))
      ? "where RELEASE is a branch of pkgsrc, such as 2026Q3.\n"
      : "") +
    `Add one with\n    pkgin${options} repo add URL\n` +
    `which writes it into ${repositoriesFile}; or name some in PKG_REPOS.\n` +
    (selfContained
      ? ""
      : "Without the rights for that, pkgin --prefix ~/pkg repo add URL keeps everything below ~/pkg.\n")
  );
}
