import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveDirectory } from "test-support";
import { firstRelease, secondRelease } from "./packages.ts";
import { Repository } from "./repository.ts";
import type { Shell } from "./shell.ts";

/** What the tour works with. */
export interface TourOptions {
  readonly shell: Shell;
  /** An empty directory, in which the shell's commands run. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * Shows the whole road: a repository, its catalogue, packages installed, run, upgraded and removed, and the heap that it took.
 *
 * @returns the path of the flame graph, which is kept, or undefined where no tracer works here
 * @throws Error when a command ends as it should not
 */
export async function takeTour({ shell, directory, signal }: TourOptions): Promise<string | undefined> {
  const prefix = join(directory, "pkg");
  const repository = new Repository(join(directory, "repository/All"));
  shell.say("Some packages are built, and a catalogue of 25,000 more;", "then 127.0.0.1 serves them.");
  await repository.publish(firstRelease(prefix));
  signal.throwIfAborted();
  const server = await serveDirectory(join(directory, "repository"));
  try {
    await mustRun(shell, "ls", "-l", "repository/All");
    configure(prefix, `${server.url}/All`);
    await installAndRun(shell);
    shell.say("hello 2.0 and phrases 1.1 are published.");
    await repository.publish(secondRelease(prefix));
    signal.throwIfAborted();
    await upgradeAndRemove(shell);
    return await measure(shell, directory);
  } finally {
    await server.close();
  }
}

/** Tells pkgin of the repository, as a person does with an editor. */
function configure(prefix: string, url: string): void {
  mkdirSync(join(prefix, "etc/pkgin"), { recursive: true });
  writeFileSync(join(prefix, "etc/pkgin/repositories.conf"), `${url}\n`);
}

async function installAndRun(shell: Shell): Promise<void> {
  shell.say("All that pkgin reads and writes is below one directory: no root is needed.");
  await mustRun(shell, "cat", "pkg/etc/pkgin/repositories.conf");
  await pkgin(shell, "update");
  await pkgin(shell, "search", "hello");
  await pkgin(shell, "show-deps", "globe");
  await pkgin(shell, "-y", "install", "hello", "globe");
  await pkgin(shell, "list");
  shell.say("What was installed runs.");
  await mustRun(shell, "pkg/bin/hello");
  await mustRun(shell, "pkg/bin/globe");
  shell.say("Two packages with one file: the second is refused, and nothing has changed.");
  if ((await shell.run("pkgin", "--prefix", "pkg", "-y", "install", "hello-classic")) === 0)
    throw new Error("hello-classic was installed though it conflicts with hello");
  await mustRun(shell, "pkg/bin/hello");
}

async function upgradeAndRemove(shell: Shell): Promise<void> {
  await pkgin(shell, "update");
  await pkgin(shell, "-y", "upgrade");
  await mustRun(shell, "pkg/bin/hello");
  shell.say("What was installed only for the sake of another goes when that is gone.");
  await pkgin(shell, "-y", "remove", "globe");
  await pkgin(shell, "-y", "autoremove");
  await pkgin(shell, "list");
}

/** Records the heap of an update, where something can. */
async function measure(shell: Shell, directory: string): Promise<string | undefined> {
  shell.say("How does the heap grow during an update? First, what can trace it here.");
  await mustRun(shell, "memprof", "doctor");
  const update = ["pkgin", "--prefix", "pkg", "-f", "update"];
  if ((await shell.run("memprof", "record", "-o", "update.rec", "--", ...update)) !== 0) {
    shell.say("Nothing on this machine can trace it, so there is no flame graph.");
    return undefined;
  }
  await mustRun(shell, "memprof", "report", "update.rec");
  // The one thing that stays, in a directory of its own, since the name in a shared one might be another user's.
  const kept = join(tmpdir(), `pkgin-demo-${process.getuid?.() ?? "svg"}`);
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const picture = join(kept, "update.svg");
  await mustRun(shell, "memprof", "report", "update.rec", "--svg", picture);
  rmSync(join(directory, "update.rec"));
  return picture;
}

function pkgin(shell: Shell, ...args: readonly string[]): Promise<void> {
  return mustRun(shell, "pkgin", "--prefix", "pkg", ...args);
}

async function mustRun(shell: Shell, ...words: readonly [string, ...string[]]): Promise<void> {
  const status = await shell.run(...words);
  if (status !== 0) throw new Error(`${words.join(" ")}: expected to end with 0, ended with ${status}`);
}
