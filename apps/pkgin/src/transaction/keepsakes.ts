import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { parseVariables } from "pkg-archive";
import type { Context } from "../context.ts";
import { cachedFile } from "./cache.ts";
import { savedFile } from "./saved-packages.ts";
import { availableSpace } from "./space.ts";

/**
 * Package files of what one transaction takes away or replaces, so that it can be put back where what was to take its place
 * does not come, and by `undo` when all has gone well.
 */
export class Keepsakes {
  readonly #context: Context;
  readonly #transaction: number;

  /** @param transaction its number */
  constructor(context: Context, transaction: number) {
    this.#context = context;
    this.#transaction = transaction;
  }

  /**
   * Takes one of an installed package, from the cache or else from its files.
   *
   * @param room bytes that must be left on the disk beside it
   * @returns false where that cannot be done: files of it are missing, say, or there is not enough room
   */
  async take(fullName: string, room = 0n): Promise<boolean> {
    const file = this.#path(fullName);
    mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
    rmSync(file, { force: true });
    if (await this.#isInCache(fullName)) {
      share(cachedFile(this.#context, { fullName }), file);
      return true;
    }
    const part = `${file}.part`;
    try {
      if (availableSpace(join(file, "..")) < this.#sizeOf(fullName) + room) return false;
      const { packInstalled } = await import("./pack-installed.ts");
      await packInstalled(this.#context.locations, fullName, part);
      renameSync(part, file);
      return true;
    } catch {
      rmSync(part, { force: true });
      return false;
    }
  }

  /** The package file that was taken; undefined where there is none. */
  fileOf(fullName: string): string | undefined {
    const file = this.#path(fullName);
    return existsSync(file) ? file : undefined;
  }

  #path(fullName: string): string {
    return savedFile(this.#context.locations, this.#transaction, fullName);
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

  #sizeOf(fullName: string): bigint {
    const text = readFileSync(join(this.#context.locations.pkgdb, fullName, "+SIZE_PKG"), "utf8").trim();
    return /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
  }
}

/** Another name for a file that takes no room, and outlives the first one where both are on one disk. */
function share(file: string, name: string): void {
  const target = realpathSync(file);
  try {
    linkSync(target, name);
  } catch {
    symlinkSync(target, name);
  }
}
