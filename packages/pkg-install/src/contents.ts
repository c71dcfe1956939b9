import type { PackingCommand, PackingList } from "pkg-archive";
import { expandPlaceholders } from "./placeholders.ts";

/** What a packing list says about a package. */
export type Contents = Pick<
  PackingList,
  "pkgname" | "prefix" | "dependencies" | "conflicts" | "items" | "files"
>;

/** The commands of one kind in the order of the list, their placeholders filled in. */
export function commandsOf({ items, prefix }: Contents, kind: PackingCommand["kind"]): readonly string[] {
  return items.flatMap((item) => (item.kind === kind ? [commandOf(item, prefix)] : []));
}

/** A command as the shell is to run it. */
export function commandOf({ command, file }: PackingCommand, prefix: string): string {
  return expandPlaceholders(command, { prefix, file });
}
