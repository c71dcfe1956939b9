import { fchmodSync, fchownSync, fstatSync, futimesSync, lchownSync, lutimesSync } from "node:fs";
import type { PackageFile, PackingFile } from "pkg-archive";
import { native } from "../text.ts";
import { machineAccounts } from "./accounts.ts";

const PERMISSIONS = 0o777;
const SPECIAL = 0o7000;

/** A file of a package, as its archive and as its packing list have it. */
export interface Subject {
  readonly entry: PackageFile;
  readonly item: PackingFile;
}

/** What a file that was asked to have a mode is like when it has just been made in a directory. */
interface Newborn {
  readonly directory: string;
  readonly asked: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Gives the files of a package their owners, modes and times. The packing list goes before the archive; set-user-id and the
 * like come from the list alone, and only root can give files away.
 */
export class AttributeSetter {
  readonly #pkgname: string;
  readonly #warn: (message: string) => void;
  readonly #isRoot = process.geteuid?.() === 0;
  readonly #accounts = machineAccounts();
  #last: Newborn | undefined;

  constructor(pkgname: string, warn: (message: string) => void) {
    this.#pkgname = pkgname;
    this.#warn = warn;
  }

  /** The mode that a regular file is to have. */
  modeOf({ item, entry }: Subject): number {
    return item.mode ?? entry.mode & PERMISSIONS;
  }

  /**
   * Sets what differs; most files are made as they are to be.
   *
   * @param directory where the file is
   */
  setFile(fd: number, directory: string, subject: Subject): void {
    const { item, entry } = subject;
    const mode = this.modeOf(subject);
    const { uid, gid } = this.#ownerOf(item, entry);
    const found = this.#newborn(fd, directory, mode);
    const isOwned = !this.#isRoot || (found.uid === uid && found.gid === gid);
    if (!isOwned) fchownSync(fd, uid, gid);
    // Giving a file away takes the set-user-id bit.
    if (!isOwned || (found.mode & (SPECIAL | PERMISSIONS)) !== mode) fchmodSync(fd, mode);
    const time = timeOf(entry);
    futimesSync(fd, time, time);
    this.#reportSpecialBits(item, entry.mode);
  }

  setLink(path: string, { item, entry }: Subject): void {
    const { uid, gid } = this.#ownerOf(item, entry);
    if (this.#isRoot) lchownSync(native(path), uid, gid);
    const time = timeOf(entry);
    lutimesSync(native(path), time, time);
  }

  /**
   * Files that are made alike in one directory are alike, so that only the first is looked at; but the system may take
   * a set-user-id bit away when bytes are written, which an empty file has none of.
   */
  #newborn(fd: number, directory: string, asked: number): Newborn {
    const isSpecial = (asked & SPECIAL) !== 0;
    if (isSpecial || this.#last?.directory !== directory || this.#last.asked !== asked) {
      const { mode, uid, gid } = fstatSync(fd);
      this.#last = { directory, asked, mode, uid, gid };
    }
    return this.#last;
  }

  #ownerOf(item: PackingFile, entry: PackageFile): { readonly uid: number; readonly gid: number } {
    const { user, group } = this.#accounts;
    return {
      uid: user(item.owner) ?? user(entry.user) ?? entry.uid,
      gid: group(item.group) ?? group(entry.group) ?? entry.gid,
    };
  }

  #reportSpecialBits({ path, mode = 0 }: PackingFile, archived: number): void {
    if ((mode & SPECIAL) !== 0) {
      this.#warn(`${this.#pkgname}: ${path} gets mode ${octal(mode)}, as its packing list says`);
    } else if ((archived & SPECIAL) !== 0) {
      this.#warn(
        `${this.#pkgname}: ${path} has mode ${octal(archived)} in the archive but not in the packing list; it gets ${octal(archived & PERMISSIONS)}`,
      );
    }
  }
}

/** Node takes a number below zero for no time at all. */
function timeOf({ mtime }: PackageFile): number | Date {
  return mtime < 0 ? new Date(mtime * 1000) : mtime;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
