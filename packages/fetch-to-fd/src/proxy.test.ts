import {
  type HttpsServer,
  type LocalServer,
  machineTool,
  serve,
  serveHttps,
  serveProxy,
  serveRaw,
} from "test-support";
import { afterEach, describe, expect, test } from "vitest";
import { openUrl } from "./open-url.ts";
import { openText } from "../test/open-text.ts";
import { findProxy } from "./proxy.ts";

const openssl = machineTool("openssl");
const servers: LocalServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server that no name leads to, and a proxy for it. */
async function proxied(authorization?: string) {
  const server = await serve(({ headers }, response) => {
    const body = `${headers.host} ${headers["proxy-authorization"]}`;
    response.writeHead(200, { "content-length": body.length }).end(body);
  });
  const proxy = await serveProxy({
    port: Number(new URL(server.url).port),
    ...(authorization !== undefined && { authorization }),
  });
  servers.push(server, proxy);
  return proxy;
}

describe("the environment", () => {
  const found = (url: string, environment: Record<string, string>) => {
    const proxy = findProxy(new URL(url), environment);
    return proxy && `${proxy.host}:${proxy.port}`;
  };

  test("names a proxy for http and one for https, in small or capital letters", () => {
    const both = { http_proxy: "http://p:1", HTTPS_PROXY: "http://q:2/" };
    expect([found("http://a/", both), found("https://a/", both)]).toEqual(["p:1", "q:2"]);
    expect(found("https://a/", { HTTP_PROXY: "p" })).toBe("p:80");
    expect(found("https://a/", { http_proxy: "p", https_proxy: "" })).toBeUndefined();
    expect(found("http://a/", { https_proxy: "p" })).toBeUndefined();
    expect(found("http://a/", { http_proxy: "", HTTP_PROXY: "p" })).toBeUndefined();
    expect(found("http://a/", { http_proxy: "http://[::2]:3" })).toBe("::2:3");
  });

  test.each([
    ["*", "http://a/", true],
    ["a", "http://a/", true],
    ["A, b", "http://b/", true],
    ["a", "http://x.a/", true],
    [".a", "http://x.a/", true],
    ["*.a", "http://x.a/", true],
    ["a", "http://xa/", false],
    ["a:81", "http://a/", false],
    ["a:81", "http://a:81/", true],
    ["a:443", "https://a/", true],
    ["10.0.0.1", "http://10.0.0.1/", true],
    ["0.0.1", "http://10.0.0.1/", false],
    ["fe80::1", "http://[fe80::1]/", true],
    ["[fe80::1]:81", "http://[fe80::1]:81/", true],
    ["", "http://a/", false],
    ["", "http://127.0.0.1/", true],
    ["", "http://localhost:8080/", true],
    ["", "http://[::1]/", true],
    ["", "http://127.evil.example/", false],
  ])("exempts by no_proxy=%s the URL %s: %s", (list, url, isExempt) => {
    expect(found(url, { http_proxy: "p", no_proxy: list }) === undefined).toBe(isExempt);
  });

  test("is refused where it names something else", async () => {
    const environment = { http_proxy: "socks5://me:secret@a" };
    await expect(openUrl("http://a/", { environment })).rejects.toMatchObject({
      code: "ERR_FETCH_URL",
      message: "socks5://***@a: a proxy of the form http://HOST:PORT was expected",
    });
  });
});

describe("a proxy", () => {
  test("is asked for the whole URL, and the server is not told who we are to it", async () => {
    const proxy = await proxied("Basic bWU6c2VjcmV0");
    const http_proxy = proxy.url.replace("//", "//me:secret@");
    expect(await openText("http://server.test/a?b", { environment: { http_proxy } })).toBe(
      "server.test undefined",
    );
    const HTTP_PROXY_AUTH = "basic:*:me:secret";
    expect(
      await openText("http://server.test:81/", { environment: { http_proxy: proxy.url, HTTP_PROXY_AUTH } }),
    ).toBe("server.test:81 undefined");
    expect(proxy.requests).toEqual(["GET http://server.test/a?b", "GET http://server.test:81/"]);
  });

  test("that wants to know who we are says so", async () => {
    const proxy = await proxied("Basic bWU6c2VjcmV0");
    for (const url of ["http://server.test/", "https://server.test/"]) {
      await expect(openUrl(url, { environment: { http_proxy: proxy.url } })).rejects.toMatchObject({
        name: "HttpStatusError",
        status: 407,
        message: expect.stringContaining(`${url}: Proxy Authentication Required`),
      });
    }
  });

  test("that is not there is named", async () => {
    const proxy = await proxied();
    await Promise.all(servers.splice(0).map((server) => server.close()));
    const { host } = new URL(proxy.url);
    for (const url of ["http://server.test/", "https://server.test/"]) {
      await expect(openUrl(url, { environment: { http_proxy: proxy.url } })).rejects.toMatchObject({
        code: "ERR_FETCH_CONNECTION",
        message: `${url}: Connection refused (proxy ${host})`,
      });
    }
  });

  test("that knows no tunnels, or says nothing, is a failure of its kind", async () => {
    const plain = await serve((_, response) => response.end());
    const silent = await serveRaw(() => {});
    servers.push(plain, silent);
    const open = (proxy: LocalServer, connectTimeout?: number) =>
      openUrl("https://server.test/", { environment: { https_proxy: proxy.url }, connectTimeout });
    await expect(open(plain)).rejects.toMatchObject({ code: "ERR_FETCH_CONNECTION" });
    await expect(open(silent, 50)).rejects.toMatchObject({ code: "ERR_FETCH_STALLED", limit: 50 });
  });
});

describe.skipIf(openssl === undefined)("a tunnel through a proxy (needs openssl)", () => {
  async function tunneled(authorization?: string) {
    const names = ["server.test"];
    const server: HttpsServer = await serveHttps(
      { openssl: openssl ?? "", names },
      ({ headers }, response) => {
        response.end(`${headers.host} ${headers["proxy-authorization"]}`);
      },
    );
    const proxy = await serveProxy({
      port: server.port,
      ...(authorization !== undefined && { authorization }),
    });
    servers.push(server, proxy);
    return { ca: server.certificate, proxy };
  }

  test("leads to a server whose certificate is checked", async () => {
    const { ca, proxy } = await tunneled("Basic bWU6c2VjcmV0");
    const environment = { https_proxy: proxy.url.replace("//", "//me:secret@") };
    expect(await openText("https://server.test/", { ca, environment })).toBe("server.test undefined");
    expect(proxy.requests).toEqual(["CONNECT server.test:443"]);
    await expect(openUrl("https://server.test/", { environment })).rejects.toMatchObject({
      reason: expect.stringContaining("Self-signed certificate"),
    });
    await expect(openUrl("https://other.test/", { ca, environment })).rejects.toMatchObject({
      cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });

  test("is abandoned where nothing comes of it", async () => {
    const { proxy } = await tunneled();
    const silent = await serveProxy({ port: 9 });
    servers.push(silent);
    const abort = new AbortController();
    const reason = new Error("enough");
    const environment = { https_proxy: proxy.url };
    const opened = openUrl("https://server.test/", { environment, signal: abort.signal });
    abort.abort(reason);
    await expect(opened).rejects.toBe(reason);
    await expect(
      openUrl("https://server.test/", { environment: { https_proxy: silent.url } }),
    ).rejects.toMatchObject({ code: "ERR_FETCH_CONNECTION" });
  });
});
