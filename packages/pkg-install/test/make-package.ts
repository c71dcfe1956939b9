import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type PackageSpec, writePackage } from "pkg-archive";

/** A package for a test: its files by their paths; `-> target` is a symbolic link. */
export interface TestPackage extends Partial<Omit<PackageSpec, "root">> {
  readonly pkgname: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Writes a package with the project's own writer. */
export async function makePackage({ files, ...spec }: TestPackage): Promise<Buffer> {
  const root = mkdtempSync(join(tmpdir(), "make-package-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (typeof content === "string" && content.startsWith("-> "))
        symlinkSync(content.slice(3), join(root, path));
      else writeFileSync(join(root, path), content, { mode: path.startsWith("bin/") ? 0o755 : 0o644 });
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of writePackage({ ...DEFAULTS, ...spec, root })) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The bytes of a package as they would come from a network. */
export async function* arriving(bytes: Uint8Array, chunkSize = 4096): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkSize)
    yield bytes.subarray(start, start + chunkSize);
}

const DEFAULTS = {
  prefix: "/opt/example",
  comment: "For a test",
  description: "For a test.\n",
  buildInfo: {
    OPSYS: "Linux",
    OS_VERSION: "6.1",
    MACHINE_ARCH: "x86_64",
    BUILD_DATE: "2026-05-04 03:02:01 +0000",
    PKGTOOLS_VERSION: "20091115",
  },
};
