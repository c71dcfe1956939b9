import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createRepository, type SamplePackage } from "sample-repository";
import { serveDirectory } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { NOBODY, noNobody } from "./nobody.ts";
import { type Run, runPkgin, temporaryDirectory } from "./run-pkgin.ts";

test("with nothing configured pkgin says what a repository is, where there are some, and how to add one", async () => {
  const prefix = join(temporaryDirectory(), "pkg");
  const { status, stdout, stderr } = await runPkgin(["--prefix", prefix, "search", "hello"]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/\n\nA repository is a directory of binary packages with a list of them, /);
  expect(stderr).toMatch(
    /\nPublic ones for this system|its URL\. Public ones for this system \(\S+ \S+\) look like\n {4}https:\/\/\S+\n/,
  );
  expect(stderr).toContain(`Add one with\n    pkgin --prefix ${prefix} repo add URL\n`);
});

test.skipIf(noNobody !== undefined)(
  `an unprivileged user needs a prefix and a repository, and nothing else (${noNobody ?? "as one"})`,
  async () => {
    const home = temporaryDirectory();
    chownSync(home, NOBODY, NOBODY);
    const prefix = join(home, "pkg");
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    const publish = (...packages: SamplePackage[]) =>
      createRepository(
        directory,
        packages.map((each) => ({ prefix, ...each })),
      );
    const hello = { content: "#!/bin/sh\necho hello\n", mode: 0o755 };
    const libgreet = { pkgname: "libgreet-1.0" };
    await publish(libgreet, {
      pkgname: "hello-1.0",
      depends: ["libgreet>=1"],
      files: { "bin/hello": hello },
    });
    const server = await serveDirectory(directory);
    onTestFinished(() => server.close());
    const env = { HOME: home, PKGIN_DBDIR: "/nonexistent", PKG_DBDIR: "/nonexistent" };
    const pkgin = async (...words: string[]): Promise<Run> => {
      const run = await runPkgin(["--prefix", prefix, ...words], { env, uid: NOBODY });
      expect({ words, status: run.status, stderr: run.stderr }).toEqual({ words, status: 0, stderr: "" });
      return run;
    };
    expect((await pkgin("repo", "add", server.url)).stdout).toBe(`added ${server.url}\n`);
    expect((await pkgin("search", "hello")).stdout).toContain("hello-1.0 ");
    expect((await pkgin("-y", "install", "hello")).stdout).toContain("[2/2] installing hello-1.0...\n");
    expect(existsSync(join(prefix, "bin/hello"))).toBe(true);
    await publish(libgreet, {
      pkgname: "hello-1.1",
      depends: ["libgreet>=1"],
      files: { "bin/hello": hello },
    });
    expect((await pkgin("-y", "upgrade")).stdout).toContain("[1/1] upgrading hello-1.1...\n");
    expect((await pkgin("which", "hello")).stdout).toBe("hello-1.1\n");
    expect((await pkgin("-y", "remove", "hello")).stdout).toContain("[1/1] removing hello-1.1...\n");
    expect((await pkgin("-y", "undo")).stdout).toContain("[1/1] installing hello-1.1...\n");
    await pkgin("unkeep", "hello");
    await pkgin("keep", "libgreet");
    expect((await pkgin("-y", "autoremove")).stdout).toContain("removing hello-1.1...\n");
    expect(existsSync(join(prefix, "bin/hello"))).toBe(false);
    await pkgin("clean");
  },
);

test.skipIf(noNobody !== undefined)(
  `without a prefix an unprivileged user is told of it (${noNobody ?? "as one"})`,
  async () => {
    const home = temporaryDirectory();
    const env = {
      PKGIN_DBDIR: join(home, "pkgin"),
      PKG_DBDIR: join(home, "pkgdb"),
      PKG_REPOS: "file:///nonexistent",
    };
    chmodSync(home, 0o755);
    mkdirSync(env.PKG_DBDIR);
    expect(await runPkgin(["avail"], { env, uid: NOBODY })).toEqual({
      status: 1,
      stdout: "",
      stderr: `pkgin: Failed to create ${env.PKGIN_DBDIR}: Permission denied\n`,
    });
    mkdirSync(join(env.PKGIN_DBDIR, "cache"), { recursive: true });
    expect((await runPkgin(["avail"], { env, uid: NOBODY })).stderr).toBe(
      `pkgin: there is no catalogue yet, and you may not write to ${env.PKGIN_DBDIR} to make one; ` +
        "pkgin --prefix DIR keeps everything below a directory of your own\n",
    );
  },
);
