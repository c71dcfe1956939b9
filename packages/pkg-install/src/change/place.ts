import { chmodSync, lchownSync } from "node:fs";
import { dirname } from "node:path";
import type { PackingDirectory, PackingFile } from "pkg-archive";
import { commandOf, commandsOf, type Contents } from "../contents.ts";
import { native } from "../text.ts";
import type { ScriptSubject } from "../transaction/run-scripts.ts";
import { machineAccounts } from "./accounts.ts";
import type { PrefixGuard } from "./prefix-guard.ts";
import { expectFile } from "./safe-path.ts";
import type { StagedFile } from "./unpack.ts";
import type { Work } from "./work.ts";

/** What is put in place. */
export interface Placement {
  readonly contents: Contents;
  readonly staged: ReadonlyMap<string, StagedFile>;
  readonly guard: PrefixGuard;
  readonly subject: ScriptSubject;
}

/**
 * Puts a package's files in place in the order of its packing list, makes the directories that it shares, and runs its
 * commands, of which a failing one is a warning.
 */
export async function place(placement: Placement, work: Work): Promise<void> {
  const { contents, subject, guard } = placement;
  const setAttributes = attributeSetter(contents.pkgname, work);
  const undo = commandsOf(contents, "unexec");
  let hasRun = false;
  guard.forget();
  for (const item of contents.items) {
    work.signal?.throwIfAborted();
    if (item.kind === "file") {
      const staged = placement.staged.get(item.path);
      if (staged === undefined) continue;
      setAttributes(item, staged);
      placeFile(item, staged, [placement, work]);
    } else if (item.kind === "directory") {
      if (item.isShared) placeDirectory(item, placement, work);
    } else if (item.kind === "exec") {
      if (!hasRun) work.transaction.recordScript({ did: "commands", subject, undo });
      hasRun = true;
      await runCommand(commandOf(item, contents.prefix), placement, work);
      // Commands may make links.
      guard.forget();
    }
  }
  work.transaction.flush();
}

async function runCommand(command: string, { subject }: Placement, work: Work): Promise<void> {
  work.transaction.flush();
  const status = await work.runner.runCommand(subject, command, work.signal);
  if (status !== 0) work.warn(`${subject.pkgname}: \`${command}' ended with status ${status}`);
}

function placeFile(
  { path: relative }: PackingFile,
  staged: StagedFile,
  [placement, work]: [Placement, Work],
): void {
  const { contents, guard } = placement;
  const path = `${contents.prefix}/${relative}`;
  const target = work.destdir + path;
  if (guard.checkFile(target)) work.transaction.makeDirectories(dirname(target));
  work.transaction.put(staged.path, target, (found) => expectFile(contents.pkgname, target, found));
  work.ownership.setOwner(path, contents.pkgname);
}

/**
 * Makes a function that gives files their owners and modes. The packing list goes before the archive; set-user-id and the
 * like come from the list alone, and only root can give files away.
 */
function attributeSetter(pkgname: string, { warn }: Work): (item: PackingFile, staged: StagedFile) => void {
  const isRoot = process.getuid?.() === 0;
  const accounts = machineAccounts();
  return (item, { path, entry }) => {
    if (isRoot) {
      const uid = accounts.user(item.owner) ?? accounts.user(entry.user) ?? entry.uid;
      const gid = accounts.group(item.group) ?? accounts.group(entry.group) ?? entry.gid;
      lchownSync(native(path), uid, gid);
    }
    if (entry.type !== "file") return;
    if (item.mode !== undefined) chmodSync(native(path), item.mode);
    reportSpecialBits({ pkgname, item, mode: entry.mode }, warn);
  };
}

const SPECIAL = 0o7000;

function reportSpecialBits(
  { pkgname, item, mode }: { pkgname: string; item: PackingFile; mode: number },
  warn: Work["warn"],
): void {
  const kept = (item.mode ?? 0) & SPECIAL;
  if (kept !== 0)
    warn(`${pkgname}: ${item.path} gets mode ${octal(item.mode ?? 0)}, as its packing list says`);
  else if ((mode & SPECIAL) !== 0) {
    warn(
      `${pkgname}: ${item.path} has mode ${octal(mode)} in the archive but not in the packing list; it gets ${octal(mode & 0o777)}`,
    );
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function placeDirectory(item: PackingDirectory, { contents, guard }: Placement, work: Work): void {
  const path = `${contents.prefix}/${item.path}`;
  guard.checkDirectory(work.destdir + path);
  work.transaction.makeDirectories(work.destdir + path);
  work.ownership.addSharer(path, contents.pkgname);
}
