import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  install,
  type InstallOptions,
  type InstallResult,
  remove,
  type RemoveOptions,
  type RemoveResult,
  replace,
} from "../src/index.ts";
import { arriving, makePackage, type TestPackage } from "./make-package.ts";
import { treeOf } from "./tree.ts";

/** Where the packages of tests are built for. */
export const PREFIX = "/opt/example";

/** A directory with a prefix and a PKG_DBDIR below it, which goes when the test has ended. */
export class Scene {
  readonly root: string = mkdtempSync(join(tmpdir(), "pkg-install-"));
  readonly pkgdb: string = join(this.root, "pkgdb");
  readonly prefix: string = this.root + PREFIX;
  /** Warnings, in their order. */
  readonly warnings: string[] = [];
  /** What scripts and commands printed. */
  said = "";

  constructor() {
    onTestFinished(() => rmSync(this.root, { recursive: true }));
  }

  get options(): InstallOptions {
    return {
      pkgdb: this.pkgdb,
      destdir: this.root,
      onWarning: (message) => this.warnings.push(message),
      output: (chunk) => void (this.said += Buffer.from(chunk).toString()),
    };
  }

  async install(spec: TestPackage | Buffer, more: Partial<InstallOptions> = {}): Promise<InstallResult> {
    return install(arriving(await bytesOf(spec)), { ...this.options, ...more });
  }

  async replace(
    old: string,
    spec: TestPackage | Buffer,
    more: Partial<InstallOptions> = {},
  ): Promise<InstallResult> {
    return replace(old, arriving(await bytesOf(spec)), { ...this.options, ...more });
  }

  remove(pkgname: string, more: Partial<RemoveOptions> = {}): Promise<RemoveResult> {
    return remove(pkgname, { ...this.options, ...more });
  }

  /** Everything below the root. */
  tree(): Readonly<Record<string, string>> {
    return treeOf(this.root);
  }

  /** The paths of files and links below the prefix. */
  files(): readonly string[] {
    const tree = treeOf(this.prefix);
    return Object.keys(tree).filter((path) => !tree[path]?.startsWith("directory"));
  }

  /** Reads a file below the prefix. */
  read(path: string): string {
    return readFileSync(join(this.prefix, path), "utf8");
  }

  /** Writes a file below the prefix, as a user would. */
  write(path: string, content: string): void {
    const target = join(this.prefix, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }

  /** The permission bits of a file below the prefix. */
  mode(path: string): number {
    return lstatSync(join(this.prefix, path)).mode & 0o7777;
  }
}

async function bytesOf(spec: TestPackage | Buffer): Promise<Buffer> {
  return Buffer.isBuffer(spec) ? spec : await makePackage(spec);
}
