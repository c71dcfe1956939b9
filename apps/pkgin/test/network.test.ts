import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { machineTool, serve } from "test-support";
import { expect, onTestFinished, test } from "vitest";
import { runPkgin, temporaryDirectory } from "./run-pkgin.ts";
import { type Scene, setScene } from "./scene.ts";

/** Makes certificates. */
const openssl = machineTool("openssl");
const LIBGREET = { pkgname: "libgreet-1.0" };

/** Runs pkgin on a scene, without the variable that names its repository. */
function pkginAt({ prefix }: Scene, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return runPkgin(["--prefix", prefix, ...args], { env });
}

test("without the network there is what is known, cached or on this system", async () => {
  const scene = await setScene([LIBGREET, { pkgname: "other-1.0" }]);
  await scene.pkgin(["-dy", "install", "libgreet"]);
  const before = scene.server.requests.length;
  expect(await scene.pkgin(["update", "--offline"])).toEqual({
    status: 1,
    stdout: `processing remote summary (${scene.server.url})...\n`,
    stderr: `pkgin: ${scene.server.url}/pkg_summary.zst is needed, but --offline keeps pkgin from asking for it\n`,
  });
  const { status, stdout, stderr } = await scene.pkgin(["-y", "--offline", "install", "libgreet", "other"]);
  expect(status).toBe(1);
  expect(stderr).toBe(
    `download error: ${scene.server.url}/other-1.0.tgz is not in the cache, and --offline was given\n`,
  );
  expect(stdout).toContain("[1/1] installing libgreet-1.0...\n");
  expect(scene.server.requests.length).toBe(before);
  const local = await pkginAt(scene, [
    "avail",
    "-p",
    "--offline",
    "--repository",
    `file://${scene.directory}`,
  ]);
  expect(local.stdout).toContain("libgreet-1.0");
});

test("a proxy is what the option names, else the environment, and pkgin calls itself what mirrors know", async () => {
  const scene = await setScene([LIBGREET]);
  const seen: string[] = [];
  const proxy = await serve((request, response) => {
    seen.push(`${request.url} ${request.headers["user-agent"]}`);
    if (request.url?.endsWith("/pkg_summary.gz") !== true) response.writeHead(404).end();
    else createReadStream(join(scene.directory, "pkg_summary.gz")).pipe(response);
  });
  onTestFinished(() => proxy.close());
  const env = { PKG_REPOS: "http://repository.invalid/All", no_proxy: "repository.invalid" };
  expect((await pkginAt(scene, ["--proxy", proxy.url, "update"], env)).status).toBe(0);
  expect(seen.at(-1)).toBe("http://repository.invalid/All/pkg_summary.gz libfetch/2.0");
  const fromEnvironment = { PKG_REPOS: env.PKG_REPOS, http_proxy: proxy.url, HTTP_USER_AGENT: "ours/1" };
  expect((await pkginAt(scene, ["-f", "update"], fromEnvironment)).status).toBe(0);
  expect(seen.at(-1)).toBe("http://repository.invalid/All/pkg_summary.gz ours/1");
  mkdirSync(join(scene.prefix, "etc/pkgin"), { recursive: true });
  writeFileSync(join(scene.prefix, "etc/pkgin/pkgin.conf"), `proxy=${proxy.url}\n`);
  expect((await pkginAt(scene, ["-f", "update"], env)).status).toBe(0);
});

test("-V tells what is asked for, and of whom", async () => {
  const scene = await setScene([LIBGREET]);
  const { stderr } = await scene.pkgin(["-V", "update"]);
  const { hostname, port } = new URL(scene.server.url);
  expect(stderr).toContain(
    `looking up ${hostname}\nconnecting to ${hostname}:${port}\nrequesting ${scene.server.url}/pkg_summary.gz\n`,
  );
});

test.skipIf(openssl === undefined)(
  "a certificate must be good, or be one that the user trusts (needs openssl to make one)",
  async () => {
    const scene = await setScene([LIBGREET]);
    const directory = temporaryDirectory();
    const [key, certificate] = [join(directory, "key.pem"), join(directory, "certificate.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const made = [
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    execFileSync(openssl ?? "", ["req", ...made, ...subject, "-keyout", key, "-out", certificate], {
      stdio: "ignore",
    });
    const options = { key: readFileSync(key), cert: readFileSync(certificate) };
    const server = createServer(options, (request, response) => {
      const file = join(scene.directory, request.url ?? "");
      if (existsSync(file)) createReadStream(file).pipe(response);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    onTestFinished(() => void server.close());
    const env = { PKG_REPOS: `https://localhost:${(server.address() as AddressInfo).port}` };
    const refused = await pkginAt(scene, ["update"], env);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^pkgin: Could not fetch https:.*: .*certificate.*\n$/i);
    expect((await pkginAt(scene, ["--cacert", certificate, "update"], env)).status).toBe(0);
    rmSync(certificate);
    expect((await pkginAt(scene, ["--cacert", certificate, "update", "-f"], env)).stderr).toBe(
      `pkgin: cannot read ${certificate}: No such file or directory\n`,
    );
  },
);
