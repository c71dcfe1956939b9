import { compareVersions } from "pkg-pattern";
import type { Catalogue, RemotePackage } from "summary-to-sqlite";

/** How a remote package stands to the installed one of its name: `=` the same version, `<` newer, `>` older, else empty. */
export type Sign = "=" | "<" | ">" | "";

/** Compares a remote package with the installed one of its name. */
export function signOf(db: Catalogue, remote: RemotePackage): Sign {
  const installed = db.localNamed(remote.name)[0];
  if (installed === undefined) return "";
  const order = compareVersions(installed.version, remote.version);
  if (order === 0) return "=";
  return order < 0 ? "<" : ">";
}
