import { gzipSync } from "node:zlib";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bzip2Compress, type LocalServer, serve, serveDirectory, serveRaw } from "test-support";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type Run, runPkgin, temporaryDirectory } from "./run-pkgin.ts";

let prefix: string;
let directory: string;
let server: LocalServer;

beforeEach(async () => {
  prefix = temporaryDirectory();
  directory = temporaryDirectory();
  server = await closedAtEnd(serveDirectory(directory));
});

async function closedAtEnd(starting: Promise<LocalServer>): Promise<LocalServer> {
  const started = await starting;
  onTestFinished(() => started.close());
  return started;
}

function pkgin(args: readonly string[], repositories: string = server.url): Promise<Run> {
  return runPkgin(["--prefix", prefix, ...args], { env: { PKG_REPOS: repositories } });
}

function summary(...packages: [fullName: string, comment: string][]): string {
  return packages
    .map(([name, comment]) => `PKGNAME=${name}\nCOMMENT=${comment}\nFILE_SIZE=10\nMACHINE_ARCH=\n\n`)
    .join("");
}

function publish(name: string, content: Uint8Array, modified: string): void {
  const path = join(directory, name);
  writeFileSync(path, content);
  utimesSync(path, new Date(modified), new Date(modified));
}

test("a summary is read once, and again when it has changed", async () => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01T00:00:00Z");
  expect(await pkgin(["update"])).toEqual({
    status: 0,
    stdout: `processing remote summary (${server.url})...\ndownloading pkg_summary.gz done.\n`,
    stderr: "",
  });
  expect((await pkgin(["avail"])).stdout).toBe("hello-1.0            Greeter\n");
  expect((await pkgin(["update"])).stdout).toBe(
    `processing remote summary (${server.url})...\ndatabase for ${server.url} is up-to-date\n`,
  );
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.1", "Greeter"])), "2026-01-02T00:00:00Z");
  expect((await pkgin(["update"])).stdout).toContain("downloading pkg_summary.gz done.\n");
  expect((await pkgin(["-p", "avail"])).stdout).toBe("hello-1.1;Greeter\n");
});

test("a better name goes before the one that was read, which is still there and says nothing new", async () => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01T00:00:00Z");
  await pkgin(["update"]);
  const packed = await bzip2Compress(Buffer.from(summary(["hello-1.1", "Greeter"])));
  publish("pkg_summary.bz2", packed, "2026-01-02T00:00:00Z");
  expect((await pkgin(["update"])).stdout).toContain("downloading pkg_summary.bz2 done.\n");
  expect((await pkgin(["-p", "avail"])).stdout).toBe("hello-1.1;Greeter\n");
});

test("any verb reads a repository that has never been read", async () => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01T00:00:00Z");
  expect((await pkgin(["avail"])).stdout).toBe(
    `processing remote summary (${server.url})...\ndownloading pkg_summary.gz done.\nhello-1.0            Greeter\n`,
  );
});

test("a repository that is no longer configured is forgotten, and the other read", async () => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01T00:00:00Z");
  await pkgin(["update"]);
  const other = `${server.url}/other`;
  mkdirSync(join(directory, "other"));
  publish("other/pkg_summary.gz", gzipSync(summary(["bye-1.0", "Leaver"])), "2026-01-01T00:00:00Z");
  expect((await pkgin(["avail"], other)).stdout).toBe(
    `cleaning database from ${server.url} entries...\n` +
      `processing remote summary (${other})...\ndownloading pkg_summary.gz done.\nbye-1.0              Leaver\n`,
  );
});

test("of several kinds the best compressed one is taken, and it may hold nothing", async () => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01T00:00:00Z");
  publish("pkg_summary.bz2", await bzip2Compress(Buffer.from("\n")), "2026-01-01T00:00:00Z");
  expect((await pkgin(["update"])).stdout).toContain("downloading pkg_summary.bz2 done.\n");
  expect(await pkgin(["avail"])).toEqual({ status: 0, stdout: "", stderr: "Requested list is empty.\n" });
});

test("a server that tells no date is asked in full each time", async () => {
  const body = gzipSync(summary(["hello-1.0", "Greeter"]));
  const dateless = await closedAtEnd(
    serve((request, response) => {
      if (request.url?.endsWith(".gz") !== true) response.writeHead(404).end();
      else response.writeHead(200, { "content-length": body.length }).end(body);
    }),
  );
  await pkgin(["update"], dateless.url);
  expect((await pkgin(["update"], dateless.url)).stdout).toContain("downloading pkg_summary.gz done.\n");
  expect((await pkgin(["avail"], dateless.url)).stdout).toBe("hello-1.0            Greeter\n");
});

test("a host that does not answer and a server without a summary are told with the last URL", async () => {
  const unused = await serveDirectory(directory);
  await unused.close();
  expect(await pkgin(["update"], unused.url)).toEqual({
    status: 1,
    stdout: `processing remote summary (${unused.url})...\n`,
    stderr: `pkgin: Could not fetch ${unused.url}/pkg_summary.gz: Connection refused\n`,
  });
  expect((await pkgin(["update"])).stderr).toBe(
    `pkgin: Could not fetch ${server.url}/pkg_summary.gz: Not Found\n`,
  );
  expect((await pkgin(["update"], "file:///nonexistent")).stderr).toBe(
    "pkgin: Could not fetch file:///nonexistent/pkg_summary.gz: No such file or directory\n",
  );
  expect((await pkgin(["update"], "gopher://example.org")).stderr).toBe(
    "pkgin: Could not fetch gopher://example.org/pkg_summary.gz: Invalid URL scheme\n",
  );
});

test("a summary that is cut, damaged or malformed leaves the old catalogue as it was", async () => {
  publish("pkg_summary.bz2", await bzip2Compress(Buffer.from(summary(["hello-1.0", "Old"]))), "2026-01-01");
  await pkgin(["update"]);
  const names = Array.from({ length: 5000 }, (_, index): [string, string] => [`new${index}-1.0`, "New"]);
  const packed = await bzip2Compress(Buffer.from(summary(...names)));
  const flipped = Buffer.from(packed);
  flipped[packed.length >> 1] = (flipped[packed.length >> 1] ?? 0) ^ 1;
  const malformed = await bzip2Compress(Buffer.from(`${summary(...names)}PKGNAME=x-1\nno equals sign\n\n`));
  for (const [index, bad] of [packed.subarray(0, packed.length - 100), flipped, malformed].entries()) {
    publish("pkg_summary.bz2", bad, `2026-02-0${index + 1}`);
    const { status, stderr } = await pkgin(["update"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      bad === malformed
        ? /^pkgin: Invalid pkg_info entry: no equals sign \(record 5001, at byte \d+ of its text, of http.*bz2\)\n.*stays as it was\.\n$/
        : /^pkgin: Could not read http.*pkg_summary\.bz2: .*(missing|ends|checksum|CRC|damaged).*\n.*stays as it was\.\n$/i,
    );
    expect((await pkgin(["avail"])).stdout).toBe("hello-1.0            Old\n");
  }
});

test("a body that is shorter than announced leaves the old catalogue as it was", async () => {
  const body = gzipSync(summary(["hello-1.0", "Greeter"]));
  const cutting = await closedAtEnd(
    serveRaw((socket) => {
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-length: ${body.length + 1}\r\n\r\n${body.toString("latin1")}`,
        "latin1",
      );
    }),
  );
  const { status, stderr } = await pkgin(["update"], cutting.url);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      `pkgin: Could not read ${cutting.url}/pkg_summary.zst: the connection ended after ${body.length} of ${body.length + 1} bytes\n` +
      "What was known of the repository before stays as it was.\n",
  });
});

test("packages for another kind of processor are taken only when the user says so", async () => {
  publish("pkg_summary.gz", gzipSync("PKGNAME=hello-1.0\nMACHINE_ARCH=vax\nFILE_SIZE=1\n\n"), "2026-01-01");
  const ask = (input: string) =>
    runPkgin(["--prefix", prefix, "update"], { env: { PKG_REPOS: server.url }, input });
  const refused = await ask("n\n");
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain("\r\n/!\\ Warning /!\\ vax doesn't match your current architecture (");
  expect(refused.stdout).toMatch(/repositories\.conf\.\nStill want to proceed \? \[y\/N\] $/);
  expect(refused.stderr).toBe("");
  const accepted = await ask("y\n");
  expect(accepted.status).toBe(0);
  expect((await pkgin(["avail"])).stdout).toBe("hello-1.0            \n");
});

test("with no repository the message says how to name one, and nothing is asked of the network", async () => {
  const { status, stdout, stderr } = await runPkgin(["--prefix", prefix, "update"]);
  const file = join(prefix, "etc/pkgin/repositories.conf");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain(
    `pkgin: ${file} has no repositories or does not exist.\nNo PKG_REPOS variable to fallback to.\n`,
  );
  expect(stderr).toContain(`into ${file}`);
});

test("repositories come from the configuration file", async () => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01");
  mkdirSync(join(prefix, "etc/pkgin"), { recursive: true });
  writeFileSync(join(prefix, "etc/pkgin/repositories.conf"), `# ours\n${server.url}\n`);
  expect((await runPkgin(["--prefix", prefix, "update"])).status).toBe(0);
  expect(readFileSync(join(prefix, "var/db/pkgin/pkgin.db")).subarray(0, 15).toString()).toBe(
    "SQLite format 3",
  );
});

/** What bzip2 makes of nothing. */
const EMPTY_BZIP2 = Buffer.from("425a683917724538509000000000", "hex");

test.each([
  ["pkg_summary.gz", Buffer.alloc(0)],
  ["pkg_summary.gz", gzipSync("")],
  ["pkg_summary.bz2", EMPTY_BZIP2],
])("%s without any text is refused, and the catalogue stays", async (name, empty) => {
  publish("pkg_summary.gz", gzipSync(summary(["hello-1.0", "Greeter"])), "2026-01-01T00:00:00Z");
  await pkgin(["update"]);
  publish(name, empty, "2026-01-02T00:00:00Z");
  const { status, stderr } = await pkgin(["update"]);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr:
      `pkgin: Could not read ${server.url}/${name}: a summary was expected, found no text at all\n` +
      "What was known of the repository before stays as it was.\n",
  });
  expect((await pkgin(["-p", "avail"])).stdout).toBe("hello-1.0;Greeter\n");
  publish(name, gzipSync("\n"), "2026-01-03T00:00:00Z");
  expect((await pkgin(["update"])).status).toBe(0);
  expect((await pkgin(["-p", "avail"])).stdout).toBe("");
});

test("a server that does not speak TLS is told of in words", async () => {
  const url = server.url.replace("http:", "https:");
  expect((await pkgin(["update"], url)).stderr).toMatch(
    /^pkgin: Could not fetch https:.*: the server does not speak TLS\n$/,
  );
});
