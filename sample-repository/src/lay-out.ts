import { createWriteStream } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { generateBytes } from "test-support";
import type { SampleFile } from "./sample-package.ts";

/** Writes files below a directory, which is made where it is missing. */
export async function layOut(root: string, files: Readonly<Record<string, SampleFile>>): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if (typeof file === "string" || file instanceof Uint8Array) await writeFile(target, file);
    else if ("symlink" in file) await symlink(file.symlink, target);
    else if ("size" in file) await pipeline(generateBytes(file.size, file), createWriteStream(target));
    else {
      await writeFile(target, file.content);
      // Not as an option of the above, which the umask would narrow.
      await chmod(target, file.mode);
    }
  }
}
