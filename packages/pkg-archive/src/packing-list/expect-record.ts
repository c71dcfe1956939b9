import { DigestError } from "../errors.ts";
import type { PackingFile } from "./packing-list.ts";

/** What there is of a file: where it leads, if it is a symbolic link. */
interface Found {
  readonly type: "file" | "symlink" | "link";
  readonly target?: string | undefined;
}

/**
 * Refuses a symbolic link that leads elsewhere than its packing list recorded, and one in place of a file or a file in place of
 * one: a digest is recorded of files only, and a target of symbolic links only.
 *
 * @throws DigestError
 */
export function expectRecord({ path, md5, target }: PackingFile, found: Found): void {
  const isLink = found.type === "symlink";
  if (target !== undefined && !(isLink && found.target === target))
    throw new DigestError(path, `a link to ${target}`, isLink ? `one to ${found.target}` : "a file");
  if (md5 !== undefined && isLink) throw new DigestError(path, `MD5 ${md5}`, `a link to ${found.target}`);
}
