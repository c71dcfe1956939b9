import { type LocalServer, serve, serveRaw } from "test-support";
import { afterEach, describe, expect, test } from "vitest";
import { openUrl } from "./open-url.ts";
import { openText } from "../test/open-text.ts";

let server: LocalServer;

afterEach(() => server.close());

describe("a redirect", () => {
  test("is followed, and the final URL told", async () => {
    server = await serve((request, response) => {
      if (request.url === "/new") response.end("here");
      else response.writeHead(302, { location: "/new" }).end();
    });
    expect((await openUrl(`${server.url}/old`)).url).toBe(`${server.url}/new`);
    expect(await openText(`${server.url}/old`)).toBe("here");
  });

  test("is followed so many times only", async () => {
    server = await serve((_, response) => response.writeHead(301, { location: "/" }).end());
    await expect(openUrl(server.url, { maxRedirects: 3 })).rejects.toMatchObject({
      name: "RedirectError",
      code: "ERR_FETCH_REDIRECT",
      reason: "more than 3 redirects",
    });
    expect(server.requests).toHaveLength(4);
  });

  test("leaves no connection open, though its own body never ends", async () => {
    const closed: Promise<unknown>[] = [];
    server = await serveRaw((socket) => {
      closed.push(new Promise((resolve) => socket.once("close", resolve)));
      socket.write("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 10\r\n\r\n");
    });
    await expect(openUrl(server.url, { maxRedirects: 1 })).rejects.toMatchObject({
      code: "ERR_FETCH_REDIRECT",
    });
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });

  test.each(["file:///etc/passwd", "gopher://a/", "http://"])("to %s is refused", async (location) => {
    server = await serve((_, response) => response.writeHead(302, { location }).end());
    await expect(openUrl(server.url)).rejects.toMatchObject({ code: "ERR_FETCH_REDIRECT" });
  });

  test("to another server does not take secrets along, one to the same does", async () => {
    const other = await serve((request, response) => response.end(String(request.headers.authorization)));
    server = await serve((request, response) => {
      if (request.url === "/new") response.end(String(request.headers.authorization));
      else response.writeHead(302, { location: locations[request.url ?? ""] }).end();
    });
    const locations: Record<string, string> = {
      "/": "/new",
      "/whole": `${server.url}/new`,
      "/another": `${server.url.replace("//", "//you:other@")}/new`,
      "/away": other.url,
    };
    const headers = { Authorization: "Bearer x" };
    expect(await openText(`${server.url}/`, { headers })).toBe("Bearer x");
    expect(await openText(`${server.url}/away`, { headers })).toBe("undefined");
    const withPassword = server.url.replace("//", "//me:secret@");
    expect(await openText(`${withPassword}/`)).toBe(`Basic ${btoa("me:secret")}`);
    expect(await openText(`${withPassword}/whole`)).toBe(`Basic ${btoa("me:secret")}`);
    expect(await openText(`${withPassword}/another`)).toBe(`Basic ${btoa("you:other")}`);
    expect(await openText(`${withPassword}/away`)).toBe("undefined");
    await other.close();
  });
});
