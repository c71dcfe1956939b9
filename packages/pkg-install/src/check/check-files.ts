import { mkdirSync } from "node:fs";
import type { PackingDirectory, PackingFile } from "pkg-archive";
import { isChanged } from "../change/is-changed.ts";
import type { Contents } from "../contents.ts";
import { isTooLong } from "../database/ownership.ts";
import { native } from "../text.ts";
import type { Problem } from "./problem.ts";
import { statusOf } from "../status-of.ts";

/** What checking a package's files needs. */
export interface FileCheckOptions {
  readonly destdir: string;
  readonly repair: boolean;
  readonly report: (problem: Problem) => void;
  readonly signal: AbortSignal | undefined;
}

/** Checks that the files of a package are there as they were installed, and its shared directories. */
export function checkFiles(contents: Contents, options: FileCheckOptions): void {
  for (const item of contents.items) {
    options.signal?.throwIfAborted();
    if (item.kind === "file" || (item.kind === "directory" && item.isShared))
      checkItem(item, contents, options);
  }
}

function checkItem(
  item: PackingFile | PackingDirectory,
  { pkgname, prefix }: Contents,
  { destdir, repair, report }: FileCheckOptions,
): void {
  const path = `${prefix}/${item.path}`;
  const found = statusOf(destdir + path);
  const about = { pkgname, path, isRepairable: false };
  if (item.kind === "directory") {
    if (found !== undefined) return;
    const isRepairable = !isTooLong(destdir + path);
    report({ ...about, kind: "directory", message: `${path} of ${pkgname} is missing`, isRepairable });
    if (repair && isRepairable) mkdirSync(native(destdir + path), { recursive: true });
  } else if (found === undefined) {
    report({ ...about, kind: "missing", message: `${path} of ${pkgname} is missing` });
  } else if (isChanged(item, destdir + path, found)) {
    report({ ...about, kind: "changed", message: `${path} of ${pkgname} is not as it was installed` });
  }
}
