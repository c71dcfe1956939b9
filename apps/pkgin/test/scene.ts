import { createRepository, type SamplePackage } from "sample-repository";
import { type LocalServer, serveDirectory } from "test-support";
import { onTestFinished } from "vitest";
import { type Run, type RunOptions, runPkgin, temporaryDirectory } from "./run-pkgin.ts";

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
}

/** Sets a scene with packages in the repository; all is gone when the test has ended. */
export async function setScene(packages: readonly SamplePackage[] = []): Promise<Scene> {
  const prefix = temporaryDirectory();
  const directory = temporaryDirectory();
  const server = await serveDirectory(directory);
  onTestFinished(() => server.close());
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
    pkgin: (args, options = {}) =>
      runPkgin(["--prefix", prefix, ...args], {
        ...options,
        env: { PKG_REPOS: server.url, ...options.env },
      }),
  };
  await scene.publish(packages);
  return scene;
}
