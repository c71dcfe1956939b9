import { readFileSync } from "node:fs";
import { findRemote, highest } from "../catalogue/lookup.ts";
import { suggestRemote } from "../catalogue/suggest-remote.ts";
import type { Command } from "../cli.ts";
import type { Context } from "../context.ts";
import { FatalError } from "../fatal-error.ts";
import { systemReason } from "../system-reason.ts";
import { install } from "./install.ts";

/** Installs the packages that files list, as `export` prints them: a PKGPATH or a name a line. */
export const importKept: Command = async (context, files) => {
  const wanted = files.flatMap((file) => listedIn(file));
  const found = wanted.map((word) => lookUp(context, word));
  const names = found.flatMap((remote) => remote?.fullName ?? []);
  if (names.length === 0) throw new FatalError("Empty import list.");
  return (await install(context, names)) || Number(found.includes(undefined));
};

function listedIn(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^[a-z\d]/i.test(line));
  } catch (error) {
    throw new FatalError(`error opening ${file}: ${systemReason(error)}`, { cause: error });
  }
}

function lookUp(context: Context, word: string) {
  const { db, output } = context;
  const remote = word.includes("/") ? highest(db.remoteByPath(word)) : findRemote(db, word);
  if (remote === undefined) {
    output.err(`${word} is not available in the repository\n`);
    suggestRemote(context, word);
  }
  return remote;
}
