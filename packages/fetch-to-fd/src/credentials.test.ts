import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LocalServer, serve } from "test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../test/fixture.ts";
import { openText } from "../test/open-text.ts";
import { redactUrl } from "./fetch-error.ts";
import { findNetrcEntry } from "./netrc.ts";
import { openUrl } from "./open-url.ts";
import type { Environment, OpenOptions } from "./options.ts";

let directory: string;
let server: LocalServer;

beforeEach(async () => {
  directory = temporaryDirectory();
  server = await serve(({ url, headers: { authorization } }, response) => {
    if (url === "/locked" && authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="the vault", charset="UTF-8"' }).end();
    } else response.end(String(authorization));
  });
});

afterEach(async () => {
  await server.close();
});

/** Who the server takes us for. */
async function who(url: string, options: OpenOptions): Promise<string> {
  const text = await openText(url, options);
  return text.startsWith("Basic ") ? atob(text.slice(6)) : text;
}

describe("who we are to a server", () => {
  test("is told by its URL, or else by the file that NETRC names, or that is in HOME", async () => {
    writeFileSync(join(directory, ".netrc"), "machine 127.0.0.1 login me password x:y");
    writeFileSync(join(directory, "named"), "default login other");
    const HOME = directory;
    expect(await who(server.url, { environment: { HOME } })).toBe("me:x:y");
    expect(await who(server.url, { environment: { HOME, NETRC: join(directory, "named") } })).toBe("other:");
    expect(await who(server.url, { environment: { HOME, NETRC: join(directory, "none") } })).toBe(
      "undefined",
    );
    expect(await who(server.url, { environment: {} })).toBe("undefined");
    const url = server.url.replace("//", "//you:%25%zz@");
    expect(await who(url, { environment: { HOME } })).toBe("you:%25%zz");
    expect(await who(url.replace("%zz", "%20"), { environment: { HOME } })).toBe("you:% ");
  });

  test("is told by HTTP_AUTH where the server asks for it, in its realm", async () => {
    const locked = (value: string) => who(`${server.url}/locked`, { environment: { HTTP_AUTH: value } });
    expect(await locked("basic:*:me:x:y")).toBe("me:x:y");
    expect(await locked("basic:the vault:me:secret")).toBe("me:secret");
    for (const value of ["basic:another:me:secret", "digest:*:me:secret", "nonsense"]) {
      await expect(locked(value)).rejects.toMatchObject({ status: 401 });
    }
    expect(await who(server.url, { environment: { HTTP_AUTH: "basic:*:me:x" } })).toBe("undefined");
  });

  test("is not told by HTTP_AUTH to another server that a redirect leads to", async () => {
    const first = await serve((_, response) =>
      response.writeHead(302, { location: `${server.url}/locked` }).end(),
    );
    const environment: Environment = { HTTP_AUTH: "basic:*:me:secret" };
    await expect(openUrl(first.url, { environment })).rejects.toMatchObject({ status: 401 });
    await first.close();
  });

  test("is no part of any message", async () => {
    await server.close();
    const url = server.url.replace("//", "//me:secret@");
    const failure: Error = await openUrl(url, { environment: {} }).then(
      () => expect.fail("it was opened"),
      (error) => error,
    );
    expect(`${failure.message} ${JSON.stringify(failure)}`).not.toContain("secret");
  });

  test.each([
    ["https://me:secret@host/@a/b@c", "https://***@host/@a/b@c"],
    ["http://host/@a/b@c", "http://host/@a/b@c"],
    ["http:me:secret@host/", "http:***@host/"],
    [" http:\\\\me:secret@host\\a@b", " http:\\\\***@host\\a@b"],
    // What should have been encoded makes these no URLs.
    ["http://me:se#cret@host/", "http://***@host/"],
    ["http://me:se/cret@host/", "http://***@host/"],
    ["http://me:se?cr@et@host/", "http://***@host/"],
    ["//me:secret@host/", "//***@host/"],
    ["packages/@a/b", "packages/@a/b"],
  ])("is blanked in %s", (url, redacted) => {
    expect(redactUrl(url)).toBe(redacted);
  });
});

test("what we are and come from is told as the environment wants it", async () => {
  const echo = await serve(({ headers }, response) =>
    response.end(`${headers["user-agent"]} ${headers.referer}`),
  );
  const url = `${echo.url.replace("//", "//me:secret@")}/a`;
  expect(await who(url, { environment: {} })).toBe("fetch-to-fd undefined");
  const environment = { HTTP_USER_AGENT: "me/1", HTTP_REFERER: "http://a/" };
  expect(await who(url, { environment })).toBe("me/1 http://a/");
  expect(await who(url, { environment, userAgent: "you/2" })).toBe("you/2 http://a/");
  expect(await who(url, { environment: { HTTP_REFERER: "auto" } })).toBe(`fetch-to-fd ${echo.url}/a`);
  await echo.close();
});

test.each([
  ["machine a login b password c", "b c"],
  ["machine x login y password z\nmachine A\n\tlogin b\n\tpassword c\n", "b c"],
  ["machine x login y default login b password c", "b c"],
  ["machine a login b account x password c machine a login d", "b c"],
  ['machine a login "b b" password "c\\"c"', 'b b c"c'],
  [" # machine a login no\nmachine a login b # no\npassword #c", "b #c"],
  ["macdef m\nmachine a login no\n\nmachine a login b password c", "b c"],
  ["macdef m\nmachine a login no", undefined],
  ["machine a password c", undefined],
  ["machine login a password c", undefined],
  ["machine x login y", undefined],
  ["machine", undefined],
  ["", undefined],
])("a .netrc of %j has for the machine a: %s", (text, expected) => {
  const found = findNetrcEntry(text, "a");
  expect(found && `${found.user} ${found.password}`).toBe(expected);
});
