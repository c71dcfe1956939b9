import { chmodSync, lchownSync } from "node:fs";
import { dirname } from "node:path";
import { commandsOf, type Contents, type DirectoryItem } from "../contents.ts";
import { native } from "../text.ts";
import type { ScriptSubject } from "../transaction/run-scripts.ts";
import { type Accounts, machineAccounts } from "./accounts.ts";
import { expectFile, type PrefixGuard } from "./safe-path.ts";
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
  const { contents, subject } = placement;
  const accounts = machineAccounts();
  const undo = commandsOf(contents, "unexec");
  let hasRun = false;
  for (const item of contents.items) {
    work.signal?.throwIfAborted();
    if (item.kind === "file") {
      const staged = placement.staged.get(item.path);
      if (staged !== undefined) placeFile(staged, accounts, [placement, work]);
    } else if (item.kind === "directory") {
      if (item.isShared) placeDirectory(item, placement, work);
    } else if (item.kind === "exec") {
      if (!hasRun) work.transaction.record({ did: "commands", subject, undo });
      hasRun = true;
      const status = await work.runner.runCommand(subject, item.command, work.signal);
      if (status !== 0) work.warn(`${contents.pkgname}: \`${item.command}' ended with status ${status}`);
    }
  }
}

function placeFile(staged: StagedFile, accounts: Accounts, [placement, work]: [Placement, Work]): void {
  const { contents, guard } = placement;
  const path = `${contents.prefix}/${staged.item.path}`;
  const target = work.destdir + path;
  guard.check(dirname(target));
  work.transaction.makeDirectories(dirname(target));
  expectFile(contents.pkgname, target);
  setAttributes(staged, accounts);
  work.transaction.put(staged.path, target);
  if (staged.entry.type === "symlink") guard.forget();
  work.ownership.setOwner(path, contents.pkgname);
}

/** The packing list goes before the archive; only root can give files away, or make set-uid ones worth something. */
function setAttributes({ item, path, entry }: StagedFile, accounts: Accounts): void {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const uid = accounts.user(item.owner) ?? accounts.user(entry.user) ?? entry.uid;
    const gid = accounts.group(item.group) ?? accounts.group(entry.group) ?? entry.gid;
    lchownSync(native(path), uid, gid);
  }
  const mode = item.mode ?? entry.mode;
  const special = mode & 0o7000;
  if (entry.type === "file" && (item.mode !== undefined || (isRoot && special !== 0))) {
    chmodSync(native(path), isRoot ? mode & 0o7777 : mode & 0o777);
  }
}

function placeDirectory(item: DirectoryItem, { contents, guard }: Placement, work: Work): void {
  const path = `${contents.prefix}/${item.path}`;
  guard.check(work.destdir + path);
  work.transaction.makeDirectories(work.destdir + path);
  work.ownership.addSharer(path, contents.pkgname);
}
