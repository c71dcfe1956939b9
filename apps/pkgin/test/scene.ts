import { rmSync } from "node:fs";
import { createRepository, type SamplePackage } from "sample-repository";
import { type LocalServer, serveDirectory } from "test-support";
import { onTestFinished } from "vitest";
import { runOnTerminal, type TerminalOptions } from "./run-on-terminal.ts";
import { makeDirectory, type Run, type RunOptions, runPkgin } from "./run-pkgin.ts";

/** A prefix of its own, and a repository that is served, for one test. */
export interface Scene {
  readonly prefix: string;
  /** Where the repository's files are. */
  readonly directory: string;
  readonly server: LocalServer;
  /** Publishes packages that are built for the prefix, in place of what was there. */
  publish(packages: readonly SamplePackage[]): Promise<void>;
  /** Runs pkgin on the prefix and the repository. */
  pkgin(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** The same on a terminal. */
  onTerminal(args: readonly string[], options?: TerminalOptions): Promise<Run>;
  /** Stops the server and removes everything. */
  close(): Promise<void>;
}

/** Sets a scene with packages in the repository; all is gone when the test has ended. */
export async function setScene(packages: readonly SamplePackage[] = []): Promise<Scene> {
  const scene = await openScene(packages);
  onTestFinished(() => scene.close());
  return scene;
}

/** As {@link setScene}, for as long as the caller wants. */
export async function openScene(packages: readonly SamplePackage[] = []): Promise<Scene> {
  const prefix = makeDirectory();
  const directory = makeDirectory();
  const server = await serveDirectory(directory);
  const inScene = <Given extends RunOptions>(options: Given): Given => ({
    ...options,
    env: { PKG_REPOS: server.url, ...options.env },
  });
  const scene: Scene = {
    prefix,
    directory,
    server,
    publish: async (wanted) => {
      await createRepository(
        directory,
        wanted.map((entry) => ({ prefix, ...entry })),
      );
    },
    pkgin: (args, options = {}) => runPkgin(["--prefix", prefix, ...args], inScene(options)),
    onTerminal: (args, options = {}) => runOnTerminal(["--prefix", prefix, ...args], inScene(options)),
    close: async () => {
      await server.close();
      for (const each of [prefix, directory]) rmSync(each, { recursive: true, force: true });
    },
  };
  await scene.publish(packages);
  return scene;
}
