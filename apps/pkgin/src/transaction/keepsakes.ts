import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  decodeText,
  DigestError,
  encodeText,
  parsePackingList,
  parseVariables,
  writePackage,
} from "pkg-archive";
import type { Context } from "../context.ts";
import { cachedFile } from "./cache.ts";

/** What a package's record directory has besides what it came with. */
const OWN_RECORDS: ReadonlySet<string> = new Set(["+REQUIRED_BY", "+INSTALLED_INFO", "+MTREE_DIRS"]);

/**
 * Package files of what is about to go, so that it can be put back where what was to take its place does not come. They are
 * kept until the transaction has ended.
 */
export class Keepsakes {
  readonly #context: Context;
  readonly #directory: string;

  constructor(context: Context) {
    this.#context = context;
    this.#directory = join(context.locations.home, "keepsakes");
  }

  /** Takes one of an installed package, from the cache or else from its files; without one where that cannot be done. */
  async take(fullName: string): Promise<void> {
    const file = this.#file(fullName);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    rmSync(file, { force: true });
    if (await this.#isInCache(fullName)) {
      symlinkSync(cachedFile(this.#context, { fullName }), file);
      return;
    }
    const part = `${file}.part`;
    try {
      await this.#pack(fullName, part);
      renameSync(part, file);
    } catch {
      // It has lost files, say. The transaction is not held up by that; it is only that nothing can be put back.
      rmSync(part, { force: true });
    }
  }

  /** The package file that was taken; undefined where there is none. */
  fileOf(fullName: string): string | undefined {
    const file = this.#file(fullName);
    return existsSync(file) ? file : undefined;
  }

  /** Lets those of some packages go. */
  drop(fullNames: Iterable<string>): void {
    for (const fullName of fullNames) rmSync(this.#file(fullName), { force: true });
    try {
      rmdirSync(this.#directory);
    } catch {
      // There is none, or something in it that could not be put back, and is still of use.
    }
  }

  #file(fullName: string): string {
    return join(this.#directory, `${fullName}.tgz`);
  }

  /** Whether the cache has just the build that is installed. */
  async #isInCache(fullName: string): Promise<boolean> {
    const cached = cachedFile(this.#context, { fullName });
    if (!existsSync(cached)) return false;
    const backend = await this.#context.backend();
    const buildInfo = readFileSync(join(this.#context.locations.pkgdb, fullName, "+BUILD_INFO"), "utf8");
    const [installed] = parseVariables(buildInfo).get("BUILD_DATE") ?? [];
    return installed !== undefined && (await backend.buildDate(cached)) === installed;
  }

  async #pack(fullName: string, target: string): Promise<void> {
    const { pkgdb, destdir } = this.#context.locations;
    const record = join(pkgdb, fullName);
    const names = readdirSync(record).filter((name) => !OWN_RECORDS.has(name));
    const metadata = new Map<string, Uint8Array>(
      names.map((name) => [name, readFileSync(join(record, name))]),
    );
    const contents = decodeText(metadata.get("+CONTENTS") ?? new Uint8Array(0));
    const root = join(destdir, parsePackingList(contents).prefix);
    const write = (parts: ReadonlyMap<string, Uint8Array>) =>
      pipeline(
        writePackage({ metadata: parts, root }, { compression: "none" }),
        createWriteStream(target, { mode: 0o600 }),
      );
    try {
      await write(metadata);
    } catch (error) {
      if (!(error instanceof DigestError)) throw error;
      // A file was changed since it was installed, and so it is to come back.
      await write(new Map([...metadata, ["+CONTENTS", encodeText(withoutChecks(contents))]]));
    }
  }
}

function withoutChecks(contents: string): string {
  return contents.replaceAll(/^@comment (?:MD5|Symlink):.*\n/gm, "");
}
