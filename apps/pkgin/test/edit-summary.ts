import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** Changes the text of the summary of a repository that is served from a directory. */
export function editSummary(directory: string, change: (text: string) => string): void {
  const file = join(directory, "pkg_summary.gz");
  writeFileSync(file, gzipSync(change(gunzipSync(readFileSync(file)).toString())));
}

/** Takes the digests out of it, as repositories without them have it. */
export function dropDigests(directory: string): void {
  editSummary(directory, (text) => text.replaceAll(/^FILE_CKSUM=.*\n/gm, ""));
}
