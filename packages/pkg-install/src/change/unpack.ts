import { closeSync, linkSync, openSync, symlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { PackageFile, PackageReader, PackingFile } from "pkg-archive";
import { UnsafePathError, writeError } from "../errors.ts";
import { native } from "../text.ts";
import { AttributeSetter, type Subject } from "./attributes.ts";
import { expectRoom } from "./expect-room.ts";
import type { WaitingRoom } from "./waiting-room.ts";
import type { Work } from "./work.ts";

const NOT_EARLIER = "a hard link to a file that did not come before";

/** What was unpacked. */
export interface Unpacked {
  /** How many files. */
  readonly files: number;
  /** Their size. */
  readonly bytes: number;
}

/**
 * Unpacks a package's files, as they come, to where they wait for their places, with the owners, modes and times that they are
 * to have; `pkg-archive` checks each against the packing list.
 *
 * @throws UnsafePathError for a file that would lie outside the prefix; PkgInstallError where the system refuses to write;
 *   what `pkg-archive` throws for a package that is not as it must be
 */
export async function unpack(
  { packingList: { pkgname, prefix, files: list }, files }: PackageReader,
  room: WaitingRoom,
  work: Work,
): Promise<Unpacked> {
  const attributes = new AttributeSetter(pkgname, work.warn);
  const targetOf = (path: string): string => `${work.destdir}${prefix}/${path}`;
  const findEarlier = earlierFinder(list);
  let count = 0;
  let bytes = 0;
  for await (const entry of files) {
    work.signal?.throwIfAborted();
    const target = targetOf(entry.path);
    try {
      const path = room.nameFor({ target, number: count });
      expectRoom(pkgname, path, entry.size);
      // The files come in the order of the list, which pkg-archive sees to.
      const subject = { entry, item: list[count] as PackingFile };
      if (entry.type === "file") await writeFile(path, { subject, attributes });
      else if (entry.type === "symlink") makeLink(path, { subject, attributes });
      else {
        const number = findEarlier(entry, count);
        if (number === undefined) throw new UnsafePathError(pkgname, entry.path, NOT_EARLIER);
        const first = room.whereabouts({ target: targetOf(entry.target ?? ""), number });
        linkSync(native(first), native(path));
      }
    } catch (error) {
      throw writeError(error, { pkgname, place: target });
    }
    count += 1;
    bytes += entry.size;
  }
  return { files: count, bytes };
}

interface Arrival {
  readonly subject: Subject;
  readonly attributes: AttributeSetter;
}

async function writeFile(path: string, { subject, attributes }: Arrival): Promise<void> {
  const fd = openSync(native(path), "wx", attributes.modeOf(subject));
  try {
    for await (const chunk of subject.entry.body) {
      for (let done = 0; done < chunk.length;) done += writeSync(fd, chunk, done);
    }
    attributes.setFile(fd, dirname(path), subject);
  } finally {
    closeSync(fd);
  }
}

function makeLink(path: string, { subject, attributes }: Arrival): void {
  symlinkSync(native(subject.entry.target ?? ""), native(path));
  attributes.setLink(path, subject);
}

/** Finds the number of the file that a hard link leads to; the numbers of all are looked up for the first link. */
function earlierFinder(
  list: readonly PackingFile[],
): (entry: PackageFile, before: number) => number | undefined {
  let numbers: ReadonlyMap<string, number> | undefined;
  return ({ target = "" }, before) => {
    numbers ??= new Map(list.map(({ path }, number) => [path, number]));
    const number = numbers.get(target);
    return number !== undefined && number < before ? number : undefined;
  };
}
