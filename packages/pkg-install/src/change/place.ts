import { commandOf, commandsOf, type Contents } from "../contents.ts";
import type { ScriptSubject } from "../transaction/run-scripts.ts";
import type { PrefixGuard } from "./prefix-guard.ts";
import { expectFile } from "./safe-path.ts";
import type { WaitingRoom } from "./waiting-room.ts";
import type { Work } from "./work.ts";

/** What is put in place. */
export interface Placement {
  readonly contents: Contents;
  /** Where the files wait. */
  readonly room: WaitingRoom;
  readonly guard: PrefixGuard;
  readonly subject: ScriptSubject;
}

/**
 * Puts a package's files in place in the order of its packing list, makes the directories that it shares, and runs its
 * commands, of which a failing one is a warning.
 */
export async function place({ contents, room, guard, subject }: Placement, work: Work): Promise<void> {
  const { pkgname, prefix } = contents;
  const { transaction, ownership, destdir } = work;
  const undo = commandsOf(contents, "unexec");
  let hasRun = false;
  let number = 0;
  guard.forget();
  for (const item of contents.items) {
    work.signal?.throwIfAborted();
    if (item.kind === "file") {
      // Joined, since what is put together in a template is kept in its parts as well, of every file.
      const path = [prefix, item.path].join("/");
      const target = destdir + path;
      room.place({ target, number: number++ }, (found) => expectFile(pkgname, target, found));
      ownership.setOwner(path, pkgname);
    } else if (item.kind === "directory" && item.isShared) {
      const path = `${prefix}/${item.path}`;
      room.placeDirectory(destdir + path);
      ownership.addSharer(path, pkgname);
    } else if (item.kind === "exec") {
      if (!hasRun) transaction.recordScript({ did: "commands", subject, undo });
      hasRun = true;
      await runCommand(commandOf(item, prefix), subject, work);
      // Commands may make links.
      guard.forget();
    }
  }
  transaction.flush();
}

async function runCommand(command: string, subject: ScriptSubject, work: Work): Promise<void> {
  work.transaction.flush();
  const status = await work.runner.runCommand(subject, command, work.signal);
  if (status !== 0) work.warn(`${subject.pkgname}: \`${command}' ended with status ${status}`);
}
